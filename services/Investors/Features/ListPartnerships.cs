using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Features;
using Mining.Platform.Paging;

namespace Mining.Investors.Features;

/// <summary>Lists partnerships by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListPartnerships(PartnershipStore store, PageTokens tokens)
    : ListFeature<ListPartnershipsRequest, ListPartnershipsResponse, Partnership>(tokens)
{
    protected override Task<IReadOnlyList<Partnership>> Read(
        ListPartnershipsRequest request, Caller caller, string after, int limit, CancellationToken cancellation) =>
        store.List(after, limit, cancellation);

    protected override ListPartnershipsResponse Respond(IEnumerable<Partnership> page, string nextPageToken) =>
        new() { Partnerships = { page }, NextPageToken = nextPageToken };
}
