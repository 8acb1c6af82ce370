using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;

namespace Mining.Investors.Features;

/// <summary>Lists partnerships by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListPartnerships(PartnershipStore store, PageTokens tokens)
{
    public async Task<ListPartnershipsResponse> Run(ListPartnershipsRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.ThrowIfAny();

        var partnerships = await store.List(position is [var name] ? name : "", pageSize + 1, cancellation);
        var answer = new ListPartnershipsResponse { Partnerships = { partnerships.Take(pageSize) } };
        if (partnerships.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, partnerships[pageSize - 1].Name);
        return answer;
    }
}
