using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
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
    /// out of what has changed since the snapshot before, all others out of what is kept of the projects.
    /// </summary>
    internal ReadySummary Ready(PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, Caller caller, DateOnly today)
    {
        var query = QueryReader.Read(request.Query, snapshot, caller, today, new Violations());
        var viewpoint = query.With(rules);
        var key = (viewpoint.Key, query.Visibility, request.Query?.Filter?.Clone() ?? Everything);
        return query.Snapshot.Summaries.GetOrAdd(key, (query, viewpoint, today), static of => new ReadySummary(
            Guarded.Answer(() => of.query.Selection.IsEverything && of.query.AsOf == of.today
                ? of.query.Snapshot.Running.Read(of.query, of.viewpoint, basis => Compute(of.query, of.viewpoint, basis))
                : Compute(of.query, of.viewpoint, SummaryBasis.Of(of.query)))));
    }

    private static PortfolioSummary Compute(Query query, Viewpoint viewpoint, SummaryBasis basis)
    {
        var ratesInPlay = new RatesInPlay(query.Reporting);
        basis.AddTo(ratesInPlay, query.PublishedTotals);
        ratesInPlay.RefuseIfAnyIsMissing();

        var summary = new PortfolioSummary
        {
            Partnership = query.Partnership.Name,
            AsOf = PartialDate.From(query.AsOf).ToDate(),
            RateDate = PartialDate.From(query.RateDate).ToDate(),
            ReportingCurrency = query.Reporting.Currency.Code,
            Rates = { ratesInPlay.Used() },
            ConfidentialWithheld = !query.Visibility.IsWhole,
            ConfidentialTotals = { query.PublishedTotals.Select(total => total.Wire) },
        };
        basis.Totals.AddTo(summary, query.PublishedTotals);
        basis.NonAdditiveOf(query).AddTo(summary, query);
        PipelineRollUp.AddTo(summary, basis.StandingsAt(viewpoint), viewpoint);
        return summary;
    }
}
