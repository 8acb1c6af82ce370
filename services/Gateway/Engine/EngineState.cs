using Mining.Gateway.Facts;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>What the engine keeps with the objects of the read model, which do not know it.</summary>
internal static class EngineState
{
    extension(PortfolioSnapshot snapshot)
    {
        /// <summary>Summaries that follow the changes from snapshot to snapshot.</summary>
        public RunningSummaries Running => snapshot.Lineage.GetDerived(static () => new RunningSummaries());
    }

    /// <summary>The project's figures on every day, computed at the first query for a past day.</summary>
    public static ProjectTimeline TimelineIn(this ProjectNode project, AttributionMap view) =>
        project.GetDerived(static () => new LruCache<PartnershipFacts, ProjectTimeline>(capacity: 2))
            .GetOrAdd(view.Partnership, (project, view), static of => ProjectTimelineBuilder.Of(of.project, of.view));

    /// <summary>The rates into a currency as fixed-point numbers.</summary>
    public static FixedRates Into(this RateSet rates, byte currency) => rates.Derived.GetDerived(static () => new FixedRateTable()).Into(rates, currency);
}
