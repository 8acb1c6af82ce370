using Mining.Gateway.Facts;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>Looks for the first commitments that are not additive, in one project after the other, and counts all.</summary>
internal sealed class NonAdditiveSearch(Query query)
{
    private static readonly Comparer<string> LastNameFirst = Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a));

    private readonly PriorityQueue<(ProjectNode Project, int Place), string> first = new(LastNameFirst);
    private int count;

    /// <param name="project">Where they are looked for.</param>
    /// <param name="places">Its commitments that are pledged and not additive.</param>
    public void Collect(ProjectNode project, int[] places)
    {
        count += query.Selection.PicksEveryCommitment ? places.Length : places.Count(place => query.Selection.Picks(in project.Commitments[place]));
        foreach (var place in places)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (!query.Selection.Picks(in commitment))
                continue;
            // They come ordered by name within a project: behind one that is too late all others are, and need only be counted.
            if (first.Count == SummaryMessages.MaxNonAdditive && commitment.NameUtf8.SequenceCompareTo(LastName()) >= 0)
                break;
            Insert((project, place), commitment.Name);
        }
    }

    /// <summary>Looks in all projects at once that are as they were when a course was made of them; all of their commitments count.</summary>
    /// <param name="projects">Those of the query.</param>
    /// <param name="timeline">What was made of them.</param>
    /// <param name="isOther">Those that are not as they were, by place.</param>
    public void Collect(ProjectNode[] projects, PortfolioTimeline timeline, bool[] isOther)
    {
        var isFull = false;
        foreach (ref readonly var entry in timeline.NonAdditive)
        {
            if (!entry.DayRange.Holds(query.Day) || isOther[entry.Project])
                continue;
            count++;
            if (isFull)
                continue;
            var commitment = (Project: projects[entry.Project], Place: entry.DayRange.Number);
            isFull = first.Count == SummaryMessages.MaxNonAdditive && commitment.Project.Commitments[commitment.Place].NameUtf8.SequenceCompareTo(LastName()) >= 0;
            if (!isFull)
                Insert(commitment, commitment.Project.Commitments[commitment.Place].Name);
        }
    }

    /// <summary>Adds what was found in other projects.</summary>
    public void Add(NonAdditiveSearch others)
    {
        count += others.count;
        foreach (var (commitment, name) in others.first.UnorderedItems)
            Insert(commitment, name);
    }

    public NonAdditive ToNonAdditive() =>
        new([.. first.UnorderedItems.OrderBy(item => item.Priority, StringComparer.Ordinal).Select(item => item.Element)], count);

    private ReadOnlySpan<byte> LastName() => first.Peek() is var (project, place) ? project.Commitments[place].NameUtf8 : default;

    private void Insert((ProjectNode Project, int Place) commitment, string name)
    {
        if (first.Count < SummaryMessages.MaxNonAdditive)
            first.Enqueue(commitment, name);
        else
            first.EnqueueDequeue(commitment, name);
    }
}
