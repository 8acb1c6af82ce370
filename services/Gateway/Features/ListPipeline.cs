using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
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
        return Guarded.Answer(() => Compute(query, request.OrderBy, page, freshness));
    }

    private ListPipelineResponse Compute(Query query, PipelineOrder order, Page page, IReadOnlyList<SourceFreshness> freshness)
    {
        var viewpoint = query.With(rules);
        var projects = query.Projects.ToArray();
        var ratesInPlay = new RatesInPlay(query.Reporting);
        foreach (var project in projects)
            ratesInPlay.Add(project, project.FiguresAt(query.View, query.Day), query.Day);
        ratesInPlay.RefuseIfAnyIsMissing();

        var standings = Page.InOrder(projects.Select(project => project.StandingAt(viewpoint)), standing => order switch
        {
            PipelineOrder.FundingGap => Rank.LargestFirst(standing.FundingGap, standing.Project.Name),
            PipelineOrder.CapitalCost => Rank.LargestFirst(standing.CapitalCost, standing.Project.Name),
            _ => standing.RankByScore,
        });
        var (places, nextPageToken) = page.Of(standings);
        return new ListPipelineResponse
        {
            Entries = { standings[places].Select(standing => HealthMessages.Of(standing.Row, viewpoint)) },
            NextPageToken = nextPageToken,
            Rules = HealthMessages.Of(rules),
            Rates = { ratesInPlay.Used() },
            Freshness = { freshness },
            ConfidentialWithheld = !query.Visibility.IsWhole,
        };
    }
}
