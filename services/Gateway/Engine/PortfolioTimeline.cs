using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// What all projects together amount to on every day, in the eyes of a partnership: of each figure of a summary the days on which it
/// changes, and what it is from then on. A day of the past is looked up in it once and not in every project. Immutable; projects that have
/// changed since it was made are taken out of what it says, and added as they are.
/// </summary>
internal sealed class PortfolioTimeline
{
    private readonly string[] names;

    /// <summary>What was added of each project, and so is taken out again.</summary>
    private readonly ProjectTimeline[] timelines;

    private readonly TotalLine[] lines;

    /// <summary>The days of one line behind those of the other, each line's in their order.</summary>
    private readonly int[] days;

    /// <summary>From each of these days on.</summary>
    private readonly long[] values;

    /// <summary>Ordered by the names of the commitments.</summary>
    private readonly NonAdditiveRange[] nonAdditive;

    private PortfolioTimeline(ProjectNode[] projects, ProjectTimeline[] timelines, TotalLines made)
    {
        names = Array.ConvertAll(projects, project => project.Name);
        this.timelines = timelines;
        lines = [.. made.Lines];
        days = ProjectTimeline.WithPadding(made.Days);
        values = [.. made.Values];
        nonAdditive = [.. timelines.SelectMany((timeline, project) => timeline.NonAdditive.ToArray().Select(range => new NonAdditiveRange(project, range)))
            .OrderBy(range => projects[range.Project].Commitments[range.DayRange.Number].Name, StringComparer.Ordinal)];
    }

    /// <summary>When which commitments of all are pledged that are not additive, ordered by their names.</summary>
    public ReadOnlySpan<NonAdditiveRange> NonAdditive => nonAdditive;

    /// <param name="projects">Ordered by name.</param>
    /// <param name="timelines">The course of each.</param>
    public static PortfolioTimeline Of(ProjectNode[] projects, ProjectTimeline[] timelines) => new(projects, timelines, PortfolioTimelineBuilder.LinesOf(timelines));

    /// <summary>How many of these projects are not as they were when it was made; null where they are others.</summary>
    public int? CountOthers(ProjectNode[] projects, ProjectTimeline[] now)
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

    /// <summary>Whether it was made of this very course of a project.</summary>
    public bool IsOf(int place, ProjectTimeline timeline) => ReferenceEquals(timelines[place], timeline);

    /// <summary>What it was made of.</summary>
    public ProjectTimeline TimelineOf(int place) => timelines[place];

    /// <summary>Tells every figure of a day.</summary>
    public void TellAt(int day, Action<TotalFigure, long> tell)
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

/// <summary>Where the days of a figure end.</summary>
internal readonly record struct TotalLine(TotalFigure Figure, int End);

/// <summary>When a commitment of a project, both by place, is pledged that is not additive.</summary>
internal readonly record struct NonAdditiveRange(int Project, DayRange DayRange);
