using Mining.Portfolio.V1;

namespace Mining.Gateway.Summaries;

/// <summary>Computes summaries. <see cref="PlainSummarySource"/> defines the result; a faster source returns the same bytes.</summary>
internal interface ISummarySource
{
    /// <summary>The summary without the freshness of its sources.</summary>
    PortfolioSummary Compute(Query query, Health.HealthRules rules);
}
