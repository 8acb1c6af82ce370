using Mining.Gateway.Engine;
using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Summaries;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>
/// Returns the share of each side and the health of the pipeline. Errors: INVALID_ARGUMENT; NOT_FOUND for an unknown
/// partnership; FAILED_PRECONDITION (EXCHANGE_RATE_MISSING); UNAVAILABLE while there is no data.
/// </summary>
public sealed class GetPortfolioSummary
{
    private static readonly PortfolioFilter Everything = new();

    private readonly Health.HealthRules rules;
    private readonly ISummarySource source;

    public GetPortfolioSummary(Health.HealthRules rules)
        : this(rules, new SummaryEngine())
    {
    }

    internal GetPortfolioSummary(Health.HealthRules rules, ISummarySource source) => (this.rules, this.source) = (rules, source);

    public PortfolioSummary Answer(
        PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, Caller caller, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var summary = Ready(snapshot, request, caller, today).Message.Clone();
        summary.Freshness.Add(freshness);
        return summary;
    }

    /// <summary>The summary without its freshness, cached with the snapshot because callers repeat the same queries.</summary>
    internal SerializedSummary Ready(PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, Caller caller, DateOnly today)
    {
        var query = QueryReader.Read(request.Query, snapshot, caller, today, new Violations());
        var key = (query.With(rules).Key, query.Visibility, request.Query?.Filter?.Clone() ?? Everything);
        return query.Snapshot.Derived.GetDerived(static () => new LruCache<(ReportContextKey Key, Visibility Visibility, PortfolioFilter Filter), SerializedSummary>(capacity: 16))
            .GetOrAdd(key, (source, query, rules), static of => new SerializedSummary(OverflowGuard.Answer(() => of.source.Compute(of.query, of.rules))));
    }
}
