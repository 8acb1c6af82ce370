using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Summaries;

/// <summary>A query whose every field is valid, with the defaults filled in.</summary>
/// <param name="Snapshot">What the caller sees; nothing that is hidden from it is in there.</param>
/// <param name="Visibility">What that is.</param>
/// <param name="View">The partnership whose sides count.</param>
/// <param name="AsOf">The date at which things hold.</param>
/// <param name="Today">The present date, which is the default of <paramref name="AsOf"/>.</param>
/// <param name="Reporting">The currency of the answer.</param>
/// <param name="Selection">Which projects and commitments.</param>
internal sealed record Query(
    PortfolioSnapshot Snapshot, Visibility Visibility, AttributionMap View, DateOnly AsOf, DateOnly Today, ReportingCurrency Reporting,
    Selection Selection)
{
    public int Day => AsOf.DayNumber;

    public PartnershipFacts Partnership => View.Partnership;

    public DateOnly RateDate => Reporting.Rates.RateDate;

    /// <summary>The projects that it is about, ordered by name.</summary>
    public IEnumerable<ProjectNode> Projects => Selection.Of(Snapshot.Projects, Day);

    /// <summary>
    /// What of the commitments that are hidden from the caller enters its sums: what was published up to the date, and only where no
    /// part of it is selected but by the instrument, of which each total is.
    /// </summary>
    public IReadOnlyList<PublishedTotal> PublishedTotals { get; } = Selection.IsOfProjectsOrInvestors
        ? []
        : [.. (Snapshot.PublishedTotals[View.Partnership.Name].LastOrDefault(totals => totals.Day <= AsOf.DayNumber)?.Totals ?? [])
            .Where(total => Visibility.Withholds(total) && Selection.Instruments.Contains((int)total.Instrument))];

    public ReportContext With(HealthRules rules) => new(View, AsOf, Reporting, Snapshot.FacilityCountries, rules);
}
