using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>The commitments that are pledged and must not be added up: the first by name, and how many there are.</summary>
internal sealed class NonAdditive
{
    /// <summary>Ordered by name.</summary>
    private readonly List<(ProjectNode Project, int Place)> first;

    /// <summary>These as they are shown, in the eyes that have seen them so.</summary>
    private (AttributionMap? View, NonAdditiveEntry[] Entries) shown;

    public NonAdditive(List<(ProjectNode Project, int Place)> first, int count) => (this.first, Count) = (first, count);

    public int Count { get; private set; }

    /// <summary>
    /// Goes on with another state of a project, all of whose commitments count. False: the first ones are others now, and all has to be
    /// looked at anew. That is rare: mostly an amount has changed, or the project has none of the first.
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
            shown = default;
        }

        if (next < places.Length && (first.Count < SummaryMessages.MaxNonAdditive || NameOf((after, places[next])).SequenceCompareTo(NameOf(first[^1])) < 0))
            return false;
        Count += places.Length - figuresBefore.NonAdditive.Length;
        return true;
    }

    /// <summary>Adds them to a summary; one and the same day is asked for each time.</summary>
    public void AddTo(PortfolioSummary summary, Query query)
    {
        if (shown.View != query.View)
            shown = (query.View, [.. first.Select(entry => SummaryMessages.NonAdditive(entry.Project, entry.Project.Commitments[entry.Place], query))]);
        summary.NonAdditive.Add(shown.Entries);
        summary.NonAdditiveCount = Count;
    }

    private static ReadOnlySpan<byte> NameOf((ProjectNode Project, int Place) entry) => entry.Project.Commitments[entry.Place].NameUtf8;
}
