using Mining.Gateway.Facts;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>All co-investments of a query in order, cached with the snapshot. Each page is a slice of them.</summary>
internal sealed class CoInvestments
{
    private readonly Query query;
    private readonly int measure;
    private readonly Grouping grouping;
    private readonly (Rank Rank, KeyValuePair<string, Tally> Group)[] groups;

    /// <summary>The rows as messages, created when a page first contains them, and then immutable.</summary>
    private readonly CoInvestmentRow?[] rows;

    /// <summary>The response without rows.</summary>
    private readonly ListCoInvestmentsResponse frame;

    private CoInvestments(Query query, ListCoInvestmentsRequest request)
    {
        this.query = query;
        measure = MeasureAmounts.IndexOf(request.Measure == Measure.Unspecified ? Measure.Committed : request.Measure);
        grouping = Grouping.By(request.GroupBy, query, measure);
        foreach (var project in query.Projects.Where(project => !request.JointOnly || project.FiguresAt(query.View, query.Day).IsJoint(measure)))
            grouping.Groups.Add(project);
        IReadOnlyList<PublishedTotal> published = request.JointOnly ? [] : grouping.Groups.Add(query.PublishedTotals);

        var total = grouping.Groups.Total;
        var requiredRates = new RequiredRates(query.Reporting);
        requiredRates.Add(total);
        requiredRates.ThrowIfMissing();
        groups = Page.InOrder(grouping.Groups.All, group => request.OrderBy == CoInvestmentOrder.Total
            ? Rank.LargestFirst(ShareTables.TotalOf(query.Reporting.Cells(group.Value, query.Partnership)), group.Key)
            : Rank.ByName(group.Key));
        rows = new CoInvestmentRow?[groups.Length];
        frame = new ListCoInvestmentsResponse
        {
            Overlapping = grouping.Overlap,
            Total = grouping.Overlap ? null : ShareTables.Of(measure, total, query.Partnership, query.Reporting),
            Rates = { requiredRates.Used() },
            ConfidentialWithheld = !query.Visibility.IsWhole,
            ConfidentialTotals = { published.Select(total => total.Wire) },
        };
    }

    /// <summary>The cached or computed result of a request, whose page fields do not matter.</summary>
    public static CoInvestments Of(Query query, ListCoInvestmentsRequest request)
    {
        var question = request.Clone();
        (question.PageSize, question.PageToken) = (0, "");
        return query.Snapshot.Derived
            .GetDerived(static () => new LruCache<(DateOnly, Visibility, ListCoInvestmentsRequest), CoInvestments>(capacity: 8))
            .GetOrAdd((query.AsOf, query.Visibility, question), (query, question), static of => new CoInvestments(of.query, of.question));
    }

    public ListCoInvestmentsResponse Answer(Page page, IReadOnlyList<SourceFreshness> freshness)
    {
        var (places, nextPageToken) = page.Of(groups);
        var answer = frame.Clone();
        for (var place = places.Start.Value; place < places.End.Value; place++)
            answer.Rows.Add(rows[place] ??= RowOf(groups[place].Group));
        answer.NextPageToken = nextPageToken;
        answer.Freshness.Add(freshness);
        return answer;
    }

    private CoInvestmentRow RowOf(KeyValuePair<string, Tally> group) => new()
    {
        Key = group.Key,
        DisplayName = grouping.DisplayNameOf(group.Key),
        Figures = ShareTables.Of(measure, group.Value, query.Partnership, query.Reporting),
    };
}
