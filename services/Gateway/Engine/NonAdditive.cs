using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>The pledged commitments that are not additive: their number, and the first of them by name.</summary>
internal sealed class NonAdditive
{
    /// <summary>Ordered by name.</summary>
    private readonly List<(ProjectNode Project, int Place)> first;

    /// <summary>The entries as messages, for the attribution map that they were created with.</summary>
    private (AttributionMap? View, NonAdditiveEntry[] Entries) cached;

    public NonAdditive(List<(ProjectNode Project, int Place)> first, int count) => (this.first, Count) = (first, count);

    public int Count { get; private set; }

    /// <summary>
    /// Updates to another state of a project, all of whose commitments count. Returns false if the first ones may have changed; then a full
    /// search is needed. That is rare: usually only an amount changes, or the project has none of the first ones.
    /// </summary>
    public bool TryReplace(ProjectNode before, ProjectFigures figuresBefore, ProjectNode after, ProjectFigures figuresAfter)
    {
        var (places, next) = (figuresAfter.NonAdditive, 0);
        for (var entry = 0; entry < first.Count; entry++)
        {
            if (!ReferenceEquals(first[entry].Project, before))
                continue;
            if (next == places.Length || !NameOf((after, places[next])).SequenceEqual(NameOf(first[entry])))
                return false;
            first[entry] = (after, places[next++]);
            cached = default;
        }

        if (next < places.Length && (first.Count < SummaryMessages.MaxNonAdditive || NameOf((after, places[next])).SequenceCompareTo(NameOf(first[^1])) < 0))
            return false;
        Count += places.Length - figuresBefore.NonAdditive.Length;
        return true;
    }

    /// <summary>Adds the entries to a summary. Every call must be for the same day, because the entries are cached.</summary>
    public void AddTo(PortfolioSummary summary, Query query)
    {
        if (cached.View != query.View)
            cached = (query.View, [.. first.Select(entry => SummaryMessages.NonAdditive(entry.Project, entry.Project.Commitments[entry.Place], query))]);
        summary.NonAdditive.Add(cached.Entries);
        summary.NonAdditiveCount = Count;
    }

    private static ReadOnlySpan<byte> NameOf((ProjectNode Project, int Place) entry) => entry.Project.Commitments[entry.Place].NameUtf8;
}
