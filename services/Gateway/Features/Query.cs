using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Features;

/// <summary>A query whose every field is valid, with the defaults filled in.</summary>
internal sealed record Query(
    PortfolioSnapshot Snapshot, PartnershipView View, DateOnly AsOf, ReportingCurrency Reporting, Selection Selection)
{
    public int Day => AsOf.DayNumber;

    public PartnershipFacts Partnership => View.Partnership;

    public DateOnly RateDate => Reporting.Rates.RateDate;

    /// <summary>The projects that it is about, ordered by name.</summary>
    public IEnumerable<ProjectNode> Projects => Selection.Of(Snapshot.Projects, Day);

    public Viewpoint With(HealthRules rules) => new(View, AsOf, Reporting, Snapshot.FacilityCountries, rules);
}
