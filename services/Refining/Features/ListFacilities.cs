using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Paging;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Lists facilities by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListFacilities(FacilityStore store, PageTokens tokens)
    : ListFeature<ListFacilitiesRequest, ListFacilitiesResponse, Facility>(tokens)
{
    protected override void Validate(ListFacilitiesRequest request, Violations violations)
    {
        violations.CheckEach("countries", request.Countries, MaxValues, violations.CheckCountry);
        violations.CheckEach("minerals", request.Minerals, MaxValues, violations.CheckMineral);
        violations.CheckEach("statuses", request.Statuses, MaxValues, (field, value) => violations.CheckEnum(field, value));
        violations.CheckText("text", request.Text, MaxTextLength);
    }

    protected override Task<IReadOnlyList<Facility>> Read(
        ListFacilitiesRequest request, Caller caller, string after, int limit, CancellationToken cancellation) =>
        store.List(request, after, limit, cancellation);

    protected override ListFacilitiesResponse Respond(IEnumerable<Facility> page, string nextPageToken) =>
        new() { Facilities = { page }, NextPageToken = nextPageToken };
}
