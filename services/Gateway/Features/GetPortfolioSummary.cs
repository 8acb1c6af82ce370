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
    private const int MostNonAdditive = 100;

    public PortfolioSummary Answer(
        PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, Caller caller, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var query = QueryReader.Read(request.Query, snapshot, caller, today, new Violations());
        var summary = Guarded.Answer(() => query.Selection.IsEverything
            ? query.Snapshot.Summaries.GetOrAdd((query.With(rules).Key, query.Visibility), (this, query), static of => of.Item1.Compute(of.query)).Clone()
            : Compute(query));
        summary.Freshness.Add(freshness);
        return summary;
    }

    /// <summary>Whether two summaries say the same, however fresh the data behind them is.</summary>
    public static bool SameFigures(PortfolioSummary a, PortfolioSummary b)
    {
        var (first, second) = (a.Clone(), b.Clone());
        first.Freshness.Clear();
        second.Freshness.Clear();
        return first.Equals(second);
    }

    private PortfolioSummary Compute(Query query)
    {
        var viewpoint = query.With(rules);
        var totals = new SummaryTotals(query);
        var ratesInPlay = new RatesInPlay(query.Reporting);
        var projects = query.Projects.ToArray();
        foreach (var project in projects)
        {
            totals.Add(project);
            ratesInPlay.Add(project, project.FiguresAt(query.View, query.Day), query.Day);
        }

        foreach (var total in query.PublishedTotals)
            totals.Add(total);
        totals.AddTo(ratesInPlay);
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
        totals.AddTo(summary);
        summary.NonAdditive.Add(NonAdditive.First(MostNonAdditive, projects, query, out var count));
        summary.NonAdditiveCount = count;
        PipelineRollUp.AddTo(summary, [.. projects.Select(project => project.StandingAt(viewpoint))], viewpoint);
        return summary;
    }
}
