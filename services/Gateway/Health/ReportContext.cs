using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Health;

/// <summary>Everything that the figures of a project depend on, apart from the project itself.</summary>
internal sealed record ReportContext(
    AttributionMap View,
    DateOnly AsOf,
    ReportingCurrency Reporting,
    IReadOnlyDictionary<string, string> FacilityCountries,
    HealthRules Rules)
{
    public int Day => AsOf.DayNumber;

    public PartnershipFacts Partnership => View.Partnership;

    /// <summary>Excludes investors and facilities: a change of these creates new nodes for the projects that depend on them.</summary>
    public ReportContextKey Key => new(View.Partnership, AsOf, Reporting, Rules);
}

/// <summary>The key of figures that are cached with a node or a snapshot.</summary>
internal readonly record struct ReportContextKey(PartnershipFacts Partnership, DateOnly AsOf, ReportingCurrency Reporting, HealthRules Rules);
