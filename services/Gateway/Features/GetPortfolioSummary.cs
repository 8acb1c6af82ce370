using Mining.Gateway.Engine;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Numbers;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>
/// Answers what share each side carries and how healthy the pipeline is. Errors: INVALID_ARGUMENT; NOT_FOUND for an unknown
/// partnership; FAILED_PRECONDITION (EXCHANGE_RATE_MISSING); UNAVAILABLE while there is no data.
/// </summary>
public sealed class GetPortfolioSummary(Health.HealthRules rules)
{
    private static readonly PortfolioFilter Everything = new();

    public PortfolioSummary Answer(
        PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, Caller caller, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var summary = Ready(snapshot, request, caller, today).Message.Clone();
        summary.Freshness.Add(freshness);
        return summary;
    }

    /// <summary>
    /// The same without the freshness, kept with its snapshot: boards ask the same again and again. One of today over everything is worked
    /// out of what has changed since the snapshot before; with a filter out of what is kept of the projects; one of another day out of
    /// the courses of the projects.
    /// </summary>
    internal SerializedSummary Ready(PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, Caller caller, DateOnly today)
    {
        var query = QueryReader.Read(request.Query, snapshot, caller, today, new Violations());
        var report = query.With(rules);
        var key = (report.Key, query.Visibility, request.Query?.Filter?.Clone() ?? Everything);
        return query.Snapshot.Summaries.GetOrAdd(key, (query, report, today), static of => new SerializedSummary(
            OverflowGuard.Answer(() => Compute(of.query, of.report, of.today))));
    }

    private static PortfolioSummary Compute(Query query, ReportContext report, DateOnly today)
    {
        if (query.AsOf != today)
            return Compute(query, report, SummaryScan.Of(query, report));
        return query.Selection.IsEverything
            ? query.Snapshot.Running.Read(query, report, basis => Compute(query, report, basis))
            : Compute(query, report, SummaryBasis.Of(query));
    }

    private static PortfolioSummary Compute(Query query, ReportContext report, ISummaryBasis basis)
    {
        var requiredRates = new RequiredRates(query.Reporting);
        basis.AddTo(requiredRates);
        foreach (var total in query.PublishedTotals.Where(total => total.MinorUnits.Max() > 0))
            requiredRates.Add(total.Currency);
        requiredRates.RefuseIfAnyIsMissing();

        var summary = new PortfolioSummary
        {
            Partnership = query.Partnership.Name,
            AsOf = PartialDate.From(query.AsOf).ToDate(),
            RateDate = PartialDate.From(query.RateDate).ToDate(),
            ReportingCurrency = query.Reporting.Currency.Code,
            Rates = { requiredRates.Used() },
            ConfidentialWithheld = !query.Visibility.IsWhole,
            ConfidentialTotals = { query.PublishedTotals.Select(total => total.Wire) },
        };
        basis.Totals.AddTo(summary, query.PublishedTotals);
        basis.NonAdditiveOf(query).AddTo(summary, query);
        var pipeline = new PipelineRollUp();
        basis.AddTo(pipeline, report);
        pipeline.AddTo(summary, report);
        return summary;
    }
}
