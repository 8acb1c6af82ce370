using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// The complete state of the read model at one moment. Immutable: readers need no lock, and a query sees one consistent state.
/// Computed results are cached with it.
/// </summary>
public sealed class PortfolioSnapshot
{
    /// <summary>The empty snapshot.</summary>
    public static PortfolioSnapshot Empty { get; } = new();

    /// <summary>Increases with every snapshot that differs from the previous one.</summary>
    public long Generation { get; internal init; }

    /// <summary>Whether queries can be answered: there is at least one partnership.</summary>
    public bool HasData => Partnerships.Length > 0;

    /// <summary>Ordered by name.</summary>
    internal ProjectNode[] Projects { get; init; } = [];

    /// <summary>By index; null if a commitment refers to an unknown investor.</summary>
    internal InvestorFacts?[] Investors { get; init; } = [];

    /// <summary>Ordered by name.</summary>
    internal AttributionMap[] Partnerships { get; init; } = [];

    /// <summary>Ordered by the facility's name.</summary>
    internal IReadOnlyDictionary<string, string> FacilityCountries { get; init; } = new Dictionary<string, string>();

    internal RateBook Rates { get; init; } = new([]);

    /// <summary>Answers that were computed from this snapshot.</summary>
    internal DerivedValues Derived { get; } = new();

    /// <summary>State that is updated from each snapshot to the next instead of being recomputed; successive snapshots share it.</summary>
    internal DerivedValues Lineage { get; init; } = new();

    internal Visibilities Visibilities { get; init; } = new([], []);

    /// <summary>By partnership, then ordered by day.</summary>
    internal ILookup<string, PublishedTotals> PublishedTotals { get; init; } = Enumerable.Empty<PublishedTotals>().ToLookup(totals => totals.Partnership);

    private readonly LruCache<Visibility, PortfolioSnapshot> seen = new(capacity: 8);

    /// <summary>
    /// The snapshot as a caller sees it, without the commitments hidden from that caller. Responses computed from it cannot reveal them,
    /// because it does not contain them. Returns itself if nothing is hidden.
    /// </summary>
    internal PortfolioSnapshot VisibleTo(Visibility visibility) => visibility.IsWhole ? this : seen.GetOrAdd(visibility, this, snapshot =>
    {
        var projects = Array.ConvertAll(snapshot.Projects, visibility.Filter);
        return projects.AsSpan().SequenceEqual(snapshot.Projects) ? snapshot : new PortfolioSnapshot
        {
            Generation = snapshot.Generation,
            Projects = projects,
            Investors = snapshot.Investors,
            Partnerships = snapshot.Partnerships,
            FacilityCountries = snapshot.FacilityCountries,
            Rates = snapshot.Rates,
            Lineage = visibility.Lineage,
            Visibilities = snapshot.Visibilities,
            PublishedTotals = snapshot.PublishedTotals,
        };
    });

    internal ProjectNode? Find(string project) => PlaceOf(project) is >= 0 and var place ? Projects[place] : null;

    /// <summary>The index of a project, or the complement of the index where it would be inserted.</summary>
    internal int PlaceOf(string project) => Projects.AsSpan().BinarySearch(new NodeName(project));

    private readonly struct NodeName(string name) : IComparable<ProjectNode>
    {
        public int CompareTo(ProjectNode? other) => string.CompareOrdinal(name, other!.Name);
    }
}
