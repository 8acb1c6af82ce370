using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// All that the gateway knows at one moment. Immutable: readers need no lock, and a query sees one state from its first line to its
/// last. What is computed of it is kept with it.
/// </summary>
public sealed class PortfolioSnapshot
{
    /// <summary>Nothing is known.</summary>
    public static PortfolioSnapshot Empty { get; } = new();

    /// <summary>Grows with every snapshot that differs from the one before.</summary>
    public long Generation { get; internal init; }

    /// <summary>Whether there is anything to answer from: at least one partnership.</summary>
    public bool HasData => Partnerships.Length > 0;

    /// <summary>Ordered by name.</summary>
    internal ProjectNode[] Projects { get; init; } = [];

    /// <summary>By place; null where a commitment names an investor that is not known yet.</summary>
    internal InvestorFacts?[] Investors { get; init; } = [];

    /// <summary>Ordered by name.</summary>
    internal AttributionMap[] Partnerships { get; init; } = [];

    /// <summary>By the facility's name.</summary>
    internal IReadOnlyDictionary<string, string> FacilityCountries { get; init; } = new Dictionary<string, string>();

    internal RateBook Rates { get; init; } = new([]);

    /// <summary>Answers that were computed from this snapshot.</summary>
    internal DerivedValues Derived { get; } = new();

    /// <summary>State that is updated from each snapshot to the next instead of being computed again. Snapshots that follow each other share it.</summary>
    internal DerivedValues Lineage { get; init; } = new();

    internal Visibilities Visibilities { get; init; } = new([], []);

    /// <summary>By partnership, ordered by day.</summary>
    internal ILookup<string, PublishedTotals> PublishedTotals { get; init; } = Enumerable.Empty<PublishedTotals>().ToLookup(totals => totals.Partnership);

    private readonly LruCache<Visibility, PortfolioSnapshot> seen = new(capacity: 8);

    /// <summary>
    /// The snapshot as it is for a caller: without the commitments that are hidden from it. What is answered from it can say nothing
    /// about them, for it does not have them. Itself where nothing is hidden.
    /// </summary>
    internal PortfolioSnapshot SeenBy(Visibility visibility) => visibility.IsWhole ? this : seen.GetOrAdd(visibility, this, snapshot =>
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

    /// <summary>The place of a project; if it is not there, the complement of the place where it would be.</summary>
    internal int PlaceOf(string project) => Projects.AsSpan().BinarySearch(new NodeName(project));

    private readonly struct NodeName(string name) : IComparable<ProjectNode>
    {
        public int CompareTo(ProjectNode? other) => string.CompareOrdinal(name, other!.Name);
    }
}
