using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// The figures of all projects together on every day, for one partnership: for each figure of a summary the days on which it changes, with
/// its value from each day. A query about the past looks up these days instead of every project. Immutable; callers subtract the
/// projects that have changed since it was built, and add their current state.
/// </summary>
internal sealed class PortfolioTimeline
{
    private readonly string[] names;

    /// <summary>The timelines it was built from, which a caller subtracts for changed projects.</summary>
    private readonly ProjectTimeline[] timelines;

    private readonly TotalLine[] lines;

    /// <summary>The days of all lines, line after line, each in order.</summary>
    private readonly int[] days;

    /// <summary>The value from each of these days.</summary>
    private readonly long[] values;

    /// <summary>Ordered by the names of the commitments.</summary>
    private readonly NonAdditiveRange[] nonAdditive;

    private PortfolioTimeline(ProjectNode[] projects, ProjectTimeline[] timelines, TotalLines made)
    {
        names = Array.ConvertAll(projects, project => project.Name);
        this.timelines = timelines;
        lines = [.. made.Lines];
        days = [.. made.Days];
        values = [.. made.Values];
        nonAdditive = [.. timelines.SelectMany((timeline, project) => timeline.NonAdditive.ToArray().Select(range => new NonAdditiveRange(project, range)))
            .OrderBy(range => projects[range.Project].Commitments[range.DayRange.Number].Name, StringComparer.Ordinal)];
    }

    /// <summary>The day ranges of all pledged commitments that are not additive, ordered by name.</summary>
    public ReadOnlySpan<NonAdditiveRange> NonAdditive => nonAdditive;

    /// <param name="projects">Ordered by name.</param>
    /// <param name="timelines">The timeline of each project.</param>
    public static PortfolioTimeline Of(ProjectNode[] projects, ProjectTimeline[] timelines) => new(projects, timelines, PortfolioTimelineBuilder.BuildLines(timelines));

    /// <summary>The number of these projects that have changed since it was built; null if the set of projects differs.</summary>
    public int? CountChanged(ProjectNode[] projects, ProjectTimeline[] now)
    {
        if (projects.Length != timelines.Length)
            return null;
        var others = 0;
        for (var place = 0; place < now.Length; place++)
        {
            if (IsOf(place, now[place]))
                continue;
            if (projects[place].Name != names[place])
                return null;
            others++;
        }

        return others;
    }

    /// <summary>Whether it was built from exactly this timeline of a project.</summary>
    public bool IsOf(int place, ProjectTimeline timeline) => ReferenceEquals(timelines[place], timeline);

    /// <summary>The timeline of a project that it was built from.</summary>
    public ProjectTimeline TimelineOf(int place) => timelines[place];

    /// <summary>Reports every figure of a day.</summary>
    public void ReportFiguresAt(int day, Action<TotalFigure, long> tell)
    {
        var begin = 0;
        foreach (ref readonly var line in lines.AsSpan())
        {
            var changes = ProjectTimeline.CountUpTo(days, begin, line.End, day);
            if (changes > 0 && values[begin + changes - 1] is not 0 and var value)
                tell(line.Figure, value);
            begin = line.End;
        }
    }
}

/// <summary>A figure, and the end of its days.</summary>
internal readonly record struct TotalLine(TotalFigure Figure, int End);

/// <summary>The day range of a pledged commitment that is not additive; the project and the commitment are indexes.</summary>
internal readonly record struct NonAdditiveRange(int Project, DayRange DayRange);
