using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Summaries;

/// <summary>
/// The definition of a summary: visits every commitment, caches nothing and converts with decimals. Tests require the same bytes of the
/// engine that answers in production.
/// </summary>
internal sealed class PlainSummarySource : ISummarySource
{
    public PortfolioSummary Compute(Query query, Health.HealthRules rules)
    {
        query = query with { Reporting = new ReportingCurrency(query.Reporting.Index, query.Reporting.Rates) };
        var projects = query.Projects.Select(project => (Node: project, Figures: ProjectFigures.Of(project, query.View, query.Day))).ToList();

        var totals = new SummaryTotals(query);
        var requiredRates = new RequiredRates(query.Reporting);
        foreach (var (node, figures) in projects)
        {
            var selected = query.Selection.Investors is { } investors ? ProjectFigures.Of(node, query.View, query.Day, investors) : figures;
            totals.Count(figures, selected, 1);
            requiredRates.Add(node, figures, query.Day);
        }

        totals.AddTo(requiredRates);
        requiredRates.Add(query.PublishedTotals);
        requiredRates.ThrowIfMissing();

        var summary = SummaryMessages.Create(query, requiredRates);
        totals.AddTo(summary, query.PublishedTotals);
        AddNonAdditive(summary, projects, query);
        AddPipeline(summary, projects, query.With(rules));
        return summary;
    }

    /// <summary>Pledged commitments that must not be added up: the first by name, and how many there are.</summary>
    private static void AddNonAdditive(PortfolioSummary summary, List<(ProjectNode Node, ProjectFigures Figures)> projects, Query query)
    {
        var commitments = projects
            .SelectMany(project => project.Figures.NonAdditive.Select(place => (project.Node, Commitment: project.Node.Commitments[place])))
            .Where(entry => query.Selection.Picks(entry.Commitment))
            .OrderBy(entry => entry.Commitment.Name, StringComparer.Ordinal)
            .ToList();
        summary.NonAdditive.Add(commitments.Take(SummaryMessages.MaxNonAdditive)
            .Select(entry => SummaryMessages.NonAdditive(entry.Node, entry.Commitment, query)));
        summary.NonAdditiveCount = commitments.Count;
    }

    /// <summary>How all projects stand, whatever commitments the query selects.</summary>
    private static void AddPipeline(PortfolioSummary summary, List<(ProjectNode Node, ProjectFigures Figures)> projects, ReportContext report)
    {
        var pipeline = new PipelineRollUp();
        foreach (var (node, figures) in projects)
            pipeline.Add(new RollUpRow(ProjectStatus.Of(node, CommittedMoney.Of(figures, report.Partnership), report)));
        pipeline.AddTo(summary, report);
    }
}
