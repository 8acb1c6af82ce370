using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>Lists projects with their health. Errors as of <see cref="GetPortfolioSummary"/>.</summary>
public sealed class ListPipeline(Health.HealthRules rules, PageTokens tokens)
{
    public ListPipelineResponse Answer(
        PortfolioSnapshot snapshot, ListPipelineRequest request, Caller caller, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var violations = new Violations();
        violations.CheckEnum("order_by", request.OrderBy);
        var page = Page.Read(tokens, request, caller, request.PageSize, request.PageToken, violations);
        var query = QueryReader.Read(request.Query, snapshot, caller, today, violations);
        return OverflowGuard.Answer(() => Compute(query, request.OrderBy, page, freshness));
    }

    private ListPipelineResponse Compute(Query query, PipelineOrder order, Page page, IReadOnlyList<SourceFreshness> freshness)
    {
        var report = query.With(rules);
        var projects = query.Projects.ToArray();
        var requiredRates = new RequiredRates(query.Reporting);
        foreach (var project in projects)
            requiredRates.Add(project, project.FiguresAt(query.View, query.Day), query.Day);
        requiredRates.ThrowIfMissing();

        var statuses = Page.InOrder(projects.Select(project => project.StatusAt(report)), status => order switch
        {
            PipelineOrder.FundingGap => Rank.LargestFirst(status.FundingGap, status.Project.Name),
            PipelineOrder.CapitalCost => Rank.LargestFirst(status.CapitalCost, status.Project.Name),
            _ => status.RankByScore,
        });
        var (places, nextPageToken) = page.Of(statuses);
        return new ListPipelineResponse
        {
            Entries = { statuses[places].Select(status => HealthMessages.Of(status.Row, report)) },
            NextPageToken = nextPageToken,
            Rules = HealthMessages.Of(rules),
            Rates = { requiredRates.Used() },
            Freshness = { freshness },
            ConfidentialWithheld = !query.Visibility.IsWhole,
        };
    }
}
