using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Paging;
using Mining.Platform.Visibility;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Lists the commitments that the caller may see, by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListCommitments(CommitmentStore store, PartnershipStore partnerships, PageTokens tokens)
    : ListFeature<ListCommitmentsRequest, ListCommitmentsResponse, Commitment>(tokens)
{
    protected override void Validate(ListCommitmentsRequest request, Violations violations)
    {
        ResourceNames.Investors.ReadName("investor", request.Investor, violations, required: false);
        ResourceNames.Projects.ReadName("project", request.Project, violations, required: false);
        violations.CheckEach(
            "instruments", request.Instruments, MaxValues, (field, value) => violations.CheckEnum(field, value, required: true));
        violations.CheckEach("statuses", request.Statuses, MaxValues, (field, value) => violations.CheckEnum(field, value, required: true));
    }

    protected override async Task<IReadOnlyList<Commitment>> Read(
        ListCommitmentsRequest request, Caller caller, string after, int limit, CancellationToken cancellation)
    {
        var scope = VisibilityScope.Of(caller);
        var seats = scope.SeesEverything
            ? null
            : (await partnerships.ReadAll(cancellation))
                .SelectMany(partnership => partnership.Sides).Where(side => scope.Sides.Contains(side.SideId))
                .SelectMany(side => side.Countries).Distinct().ToList();
        return await store.List(request, seats, after, limit, cancellation);
    }

    protected override ListCommitmentsResponse Respond(IEnumerable<Commitment> page, string nextPageToken) =>
        new() { Commitments = { page }, NextPageToken = nextPageToken };
}
