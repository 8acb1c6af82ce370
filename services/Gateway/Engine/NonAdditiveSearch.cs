using Mining.Gateway.Facts;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>Finds the first commitments by name that are not additive, project by project, and counts all of them.</summary>
internal sealed class NonAdditiveSearch(Query query)
{
    private static readonly Comparer<string> LastNameFirst = Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a));

    private readonly PriorityQueue<(ProjectNode Project, int Place), string> first = new(LastNameFirst);
    private int count;

    /// <param name="project">The project to search.</param>
    /// <param name="places">The indexes of its pledged commitments that are not additive.</param>
    public void Collect(ProjectNode project, int[] places)
    {
        count += query.Selection.SelectsAllCommitments ? places.Length : places.Count(place => query.Selection.Picks(in project.Commitments[place]));
        foreach (var place in places)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (!query.Selection.Picks(in commitment))
                continue;
            // Commitments are ordered by name within a project: after one that is too late, the rest only needs counting.
            if (first.Count == SummaryMessages.MaxNonAdditive && commitment.NameUtf8.SequenceCompareTo(LastName()) >= 0)
                break;
            Insert((project, place), commitment.Name);
        }
    }

    /// <summary>Searches all projects that are unchanged since the timeline was built. All of their commitments count.</summary>
    /// <param name="projects">The projects of the query.</param>
    /// <param name="timeline">The timeline of all projects.</param>
    /// <param name="isChanged">By index: whether a project has changed since the timeline was built.</param>
    public void Collect(ProjectNode[] projects, PortfolioTimeline timeline, bool[] isChanged)
    {
        var isFull = false;
        foreach (ref readonly var entry in timeline.NonAdditive)
        {
            if (!entry.DayRange.Holds(query.Day) || isChanged[entry.Project])
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

    /// <summary>Adds the results of other projects.</summary>
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
