using Mining.Gateway.Health;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>
/// Summaries at the cost of what has changed. A summary of today over everything follows the changes; one with a filter uses the cached
/// figures of its projects; one of another day uses the timelines of the projects.
/// </summary>
internal sealed class SummaryEngine : ISummarySource
{
    public PortfolioSummary Compute(Query query, Health.HealthRules rules)
    {
        var report = query.With(rules);
        if (query.AsOf != query.Today)
            return Compute(query, report, SummaryScan.Create(query, report));
        return query.Selection.IsEverything
            ? query.Snapshot.Running.Read(query, report, basis => Compute(query, report, basis))
            : Compute(query, report, SummaryBasis.Create(query));
    }

    private static PortfolioSummary Compute(Query query, ReportContext report, ISummaryBasis basis)
    {
        var requiredRates = new RequiredRates(query.Reporting);
        basis.AddTo(requiredRates);
        requiredRates.Add(query.PublishedTotals);
        requiredRates.ThrowIfMissing();

        var summary = SummaryMessages.Create(query, requiredRates);
        basis.Totals.AddTo(summary, query.PublishedTotals);
        basis.NonAdditiveOf(query).AddTo(summary, query);
        var pipeline = new PipelineRollUp();
        basis.AddTo(pipeline, report);
        pipeline.AddTo(summary, report);
        return summary;
    }
}
