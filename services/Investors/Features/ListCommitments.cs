using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Platform.Visibility;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Lists the commitments that the caller may see, by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListCommitments(CommitmentStore store, PartnershipStore partnerships, PageTokens tokens)
{
    /// <summary>Maximum number of values per filter.</summary>
    public const int MaxValues = 100;

    public async Task<ListCommitmentsResponse> Run(ListCommitmentsRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        ResourceNames.Investors.ReadName("investor", request.Investor, violations, required: false);
        ResourceNames.Projects.ReadName("project", request.Project, violations, required: false);
        violations.CheckCount("instruments", request.Instruments.Count, MaxValues);
        violations.CheckCount("statuses", request.Statuses.Count, MaxValues);
        for (var i = 0; i < Math.Min(request.Instruments.Count, MaxValues); i++)
            violations.CheckEnum($"instruments[{i}]", request.Instruments[i], required: true);
        for (var i = 0; i < Math.Min(request.Statuses.Count, MaxValues); i++)
            violations.CheckEnum($"statuses[{i}]", request.Statuses[i], required: true);
        violations.ThrowIfAny();

        var scope = VisibilityScope.Of(caller);
        var seats = scope.SeesEverything
            ? null
            : (await partnerships.ReadAll(cancellation))
                .SelectMany(partnership => partnership.Sides).Where(side => scope.Sides.Contains(side.SideId))
                .SelectMany(side => side.Countries).Distinct().ToList();
        var commitments = await store.List(request, seats, position is [var name] ? name : "", pageSize + 1, cancellation);
        var answer = new ListCommitmentsResponse { Commitments = { commitments.Take(pageSize) } };
        if (commitments.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, commitments[pageSize - 1].Name);
        return answer;
    }
}
