using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Summaries;

/// <summary>A validated query with all defaults applied.</summary>
/// <param name="Snapshot">The snapshot as the caller sees it, without hidden commitments.</param>
/// <param name="Visibility">The caller's visibility.</param>
/// <param name="View">The partnership, with the attribution to its parties.</param>
/// <param name="AsOf">The effective date.</param>
/// <param name="Today">The current date.</param>
/// <param name="Reporting">The reporting currency.</param>
/// <param name="Selection">The selected projects and commitments.</param>
internal sealed record Query(
    PortfolioSnapshot Snapshot, Visibility Visibility, AttributionMap View, DateOnly AsOf, DateOnly Today, ReportingCurrency Reporting,
    Selection Selection)
{
    public int Day => AsOf.DayNumber;

    public PartnershipFacts Partnership => View.Partnership;

    public DateOnly RateDate => Reporting.Rates.RateDate;

    /// <summary>The selected projects, ordered by name.</summary>
    public IEnumerable<ProjectNode> Projects => Selection.Of(Snapshot.Projects, Day);

    /// <summary>
    /// The published totals of hidden commitments that the sums include: those up to the date, and only if the filter is empty except for
    /// instruments, because a total is not known by any other condition.
    /// </summary>
    public IReadOnlyList<PublishedTotal> PublishedTotals { get; } = Selection.FiltersProjectsOrInvestors
        ? []
        : [.. (Snapshot.PublishedTotals[View.Partnership.Name].LastOrDefault(totals => totals.Day <= AsOf.DayNumber)?.Totals ?? [])
            .Where(total => Visibility.Withholds(total) && Selection.Instruments.Contains((int)total.Instrument))];

    public ReportContext With(HealthRules rules) => new(View, AsOf, Reporting, Snapshot.FacilityCountries, rules);
}
