using Mining.Gateway.Facts;

namespace Mining.Gateway.Engine;

/// <summary>
/// The timelines of all projects together, cached by partnership, for unfiltered queries about the past. A timeline knows the projects it
/// was built from, so it also serves later snapshots: the caller replaces the projects that have changed. It is rebuilt when these
/// replacements have cost as much as a rebuild.
/// </summary>
internal sealed class PortfolioTimelines
{
    private const int MaxCount = 2;

    /// <summary>The cost of building a timeline, as a multiple of one scan of all projects.</summary>
    private const int BuildCostInScans = 30;

    private readonly Lock gate = new();
    private readonly List<Entry> all = [];

    /// <summary>The timeline to start from; null if more than half of the projects have changed since it was built.</summary>
    /// <param name="projects">All projects, ordered by name.</param>
    /// <param name="timelines">The timeline of each project.</param>
    /// <param name="partnership">The partnership of the figures.</param>
    public PortfolioTimeline? Of(ProjectNode[] projects, ProjectTimeline[] timelines, PartnershipFacts partnership)
    {
        lock (gate)
        {
            var known = all.Find(entry => entry.Partnership == partnership);
            all.RemoveAll(entry => entry == known);
            if (known is null || known.ScannedChanges > BuildCostInScans * projects.Length)
                known = new Entry(partnership, PortfolioTimeline.Of(projects, timelines));
            all.Insert(0, known);
            if (all.Count > MaxCount)
                all.RemoveAt(MaxCount);
            var others = known.Timeline.CountChanged(projects, timelines) ?? projects.Length;
            known.ScannedChanges += others;
            return 2 * others <= projects.Length ? known.Timeline : null;
        }
    }

    private sealed class Entry(PartnershipFacts partnership, PortfolioTimeline timeline)
    {
        public PartnershipFacts Partnership => partnership;

        public PortfolioTimeline Timeline => timeline;

        /// <summary>The number of changed projects scanned so far, over all queries.</summary>
        public long ScannedChanges { get; set; }
    }
}
