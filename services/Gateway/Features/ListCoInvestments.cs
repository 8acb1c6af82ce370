using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>Lists co-investments by group. Errors as of <see cref="GetPortfolioSummary"/>.</summary>
public sealed class ListCoInvestments(PageTokens tokens)
{
    public ListCoInvestmentsResponse Answer(
        PortfolioSnapshot snapshot, ListCoInvestmentsRequest request, Caller caller, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var violations = new Violations();
        violations.CheckEnum("group_by", request.GroupBy);
        violations.CheckEnum("measure", request.Measure);
        violations.CheckEnum("order_by", request.OrderBy);
        var page = Page.Read(tokens, request, caller, request.PageSize, request.PageToken, violations);
        var query = QueryReader.Read(request.Query, snapshot, caller, today, violations);
        return Guarded.Answer(() => Compute(query, request, page, freshness));
    }

    private static ListCoInvestmentsResponse Compute(
        Query query, ListCoInvestmentsRequest request, Page page, IReadOnlyList<SourceFreshness> freshness)
    {
        var measure = Reached.IndexOf(request.Measure == Measure.Unspecified ? Measure.Committed : request.Measure);
        var projects = query.Projects.Where(project => !request.JointOnly || project.FiguresAt(query.View, query.Day).IsJoint(measure));
        var grouping = Grouping.By(request.GroupBy, query, measure);
        var groups = grouping.Groups;
        foreach (var project in projects)
            groups.Add(project);
        IReadOnlyList<PublishedTotal> published = request.JointOnly ? [] : groups.Add(query.PublishedTotals);

        var ratesInPlay = new RatesInPlay(query.Reporting);
        ratesInPlay.Add(groups.Total);
        ratesInPlay.RefuseIfAnyIsMissing();
        var (rows, nextPageToken) = page.Of(groups.All, group => request.OrderBy == CoInvestmentOrder.Total
            ? Rank.LargestFirst(ShareTables.TotalOf(query.Reporting.Cells(group.Value, query.Partnership)), group.Key)
            : Rank.ByName(group.Key));
        return new ListCoInvestmentsResponse
        {
            Rows =
            {
                rows.Select(group => new CoInvestmentRow
                {
                    Key = group.Key,
                    DisplayName = grouping.DisplayNameOf(group.Key),
                    Figures = ShareTables.Of(measure, group.Value, query.Partnership, query.Reporting),
                }),
            },
            NextPageToken = nextPageToken,
            Overlapping = grouping.Overlap,
            Total = grouping.Overlap ? null : ShareTables.Of(measure, groups.Total, query.Partnership, query.Reporting),
            Rates = { ratesInPlay.Used() },
            Freshness = { freshness },
            ConfidentialWithheld = !query.Visibility.IsWhole,
            ConfidentialTotals = { published.Select(total => total.Wire) },
        };
    }
}
