using Mining.Gateway.Facts;

namespace Mining.Gateway.Engine;

/// <summary>
/// The courses of all projects together, by partnership, for questions about everything on a day of the past. A course knows of which
/// projects it was made, so it serves later snapshots too: who asks takes out those that are others by now. One is made anew when that
/// has taken as long as making it does.
/// </summary>
internal sealed class PortfolioTimelines
{
    private const int MaxCount = 2;

    /// <summary>To make a course costs about as much as to look at all projects so often.</summary>
    private const int ScansToMakeOne = 30;

    private readonly Lock gate = new();
    private readonly List<Entry> all = [];

    /// <summary>The course to begin with; null where most projects are others than those of which it was made.</summary>
    /// <param name="projects">All projects, ordered by name.</param>
    /// <param name="timelines">The course of each.</param>
    /// <param name="partnership">In whose eyes.</param>
    public PortfolioTimeline? Of(ProjectNode[] projects, ProjectTimeline[] timelines, PartnershipFacts partnership)
    {
        lock (gate)
        {
            var known = all.Find(kept => kept.Partnership == partnership);
            all.RemoveAll(kept => kept == known);
            if (known is null || known.Others > ScansToMakeOne * projects.Length)
                known = new Entry(partnership, PortfolioTimeline.Of(projects, timelines));
            all.Insert(0, known);
            if (all.Count > MaxCount)
                all.RemoveAt(MaxCount);
            var others = known.Timeline.CountOthers(projects, timelines) ?? projects.Length;
            known.Others += others;
            return 2 * others <= projects.Length ? known.Timeline : null;
        }
    }

    private sealed class Entry(PartnershipFacts partnership, PortfolioTimeline timeline)
    {
        public PartnershipFacts Partnership => partnership;

        public PortfolioTimeline Timeline => timeline;

        /// <summary>So many projects were looked at because they were others, in all questions.</summary>
        public long Others { get; set; }
    }
}
