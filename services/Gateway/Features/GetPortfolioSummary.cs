using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Platform.Errors;
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
        PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var summary = Ready(snapshot, request, today).Message.Clone();
        summary.Freshness.Add(freshness);
        return summary;
    }

    /// <summary>
    /// The same without the freshness, kept with its snapshot: boards ask the same again and again. One of today over everything is worked
    /// out of what has changed since the snapshot before; with a filter out of what is kept of the projects; one of another day out of all
    /// commitments.
    /// </summary>
    internal ReadySummary Ready(PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, DateOnly today)
    {
        var query = QueryReader.Read(request.Query, snapshot, today, new Violations());
        var viewpoint = query.With(rules);
        return snapshot.Summaries.GetOrAdd((viewpoint.Key, request.Query?.Filter?.Clone() ?? Everything), (query, viewpoint, today), static of => new ReadySummary(
            Guarded.Answer(() => Compute(of.query, of.viewpoint, of.today))));
    }

    private static PortfolioSummary Compute(Query query, Viewpoint viewpoint, DateOnly today)
    {
        if (query.AsOf != today)
            return Compute(query, viewpoint, SummaryScan.Of(query, viewpoint));
        return query.Selection.IsEverything
            ? query.Snapshot.Running.Read(query, viewpoint, basis => Compute(query, viewpoint, basis))
            : Compute(query, viewpoint, SummaryBasis.Of(query));
    }

    private static PortfolioSummary Compute(Query query, Viewpoint viewpoint, ISummaryBasis basis)
    {
        var ratesInPlay = new RatesInPlay(query.Reporting);
        basis.AddTo(ratesInPlay);
        ratesInPlay.RefuseIfAnyIsMissing();

        var summary = new PortfolioSummary
        {
            Partnership = query.Partnership.Name,
            AsOf = PartialDate.From(query.AsOf).ToDate(),
            RateDate = PartialDate.From(query.RateDate).ToDate(),
            ReportingCurrency = query.Reporting.Currency.Code,
            Rates = { ratesInPlay.Used() },
        };
        basis.Totals.AddTo(summary);
        basis.NonAdditiveOf(query).AddTo(summary, query);
        PipelineRollUp.AddTo(summary, basis.StandingsAt(viewpoint), viewpoint);
        return summary;
    }
}
