using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Health;

/// <summary>From where a project is looked at: all that its figures rest on beside the project itself.</summary>
internal sealed record ReportContext(
    AttributionMap View,
    DateOnly AsOf,
    ReportingCurrency Reporting,
    IReadOnlyDictionary<string, string> FacilityCountries,
    HealthRules Rules)
{
    public int Day => AsOf.DayNumber;

    public PartnershipFacts Partnership => View.Partnership;

    /// <summary>Investors and facilities are not in it: a change of these makes new nodes of the projects that rest on them.</summary>
    public ReportContextKey Key => new(View.Partnership, AsOf, Reporting, Rules);
}

/// <summary>What tells apart figures that are kept with a node or a snapshot.</summary>
internal readonly record struct ReportContextKey(PartnershipFacts Partnership, DateOnly AsOf, ReportingCurrency Reporting, HealthRules Rules);
