using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Lists facilities by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListFacilities(FacilityStore store, PageTokens tokens)
{
    /// <summary>Maximum number of values per filter.</summary>
    public const int MaxValues = 100;

    private const int MaxTextLength = 100;

    public async Task<ListFacilitiesResponse> Run(ListFacilitiesRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.CheckCount("countries", request.Countries.Count, MaxValues);
        violations.CheckCount("minerals", request.Minerals.Count, MaxValues);
        violations.CheckCount("statuses", request.Statuses.Count, MaxValues);
        violations.CheckText("text", request.Text, MaxTextLength);
        for (var i = 0; i < Math.Min(request.Countries.Count, MaxValues); i++)
            violations.CheckCountry($"countries[{i}]", request.Countries[i]);
        for (var i = 0; i < Math.Min(request.Minerals.Count, MaxValues); i++)
            violations.CheckMineral($"minerals[{i}]", request.Minerals[i]);
        for (var i = 0; i < Math.Min(request.Statuses.Count, MaxValues); i++)
            violations.CheckEnum($"statuses[{i}]", request.Statuses[i]);
        violations.ThrowIfAny();

        var facilities = await store.List(request, position is [var name] ? name : "", pageSize + 1, cancellation);
        var answer = new ListFacilitiesResponse { Facilities = { facilities.Take(pageSize) } };
        if (facilities.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, facilities[pageSize - 1].Name);
        return answer;
    }
}
