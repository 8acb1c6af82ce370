using System.Runtime.InteropServices;
using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// Adds up the timelines of projects. While a project is joint, its changes go to the figures over joint projects, otherwise to those over
/// the other projects. On a day when it becomes joint, or stops being joint, its whole value moves between the two.
/// </summary>
internal sealed class PortfolioTimelineBuilder
{
    private readonly int measure;
    private readonly List<long> figures = [];
    private readonly List<long> changes = [];

    /// <summary>The days on which the current project alternately becomes joint and stops being joint.</summary>
    private readonly List<int> turns = [];

    /// <summary>By instrument: when commitments of the current project start and stop counting. Last: all funded instruments.</summary>
    private readonly List<(int Day, int Change)>[] commitments = [.. Enumerable.Range(0, Instruments.Count + 1).Select(_ => new List<(int, int)>())];

    private readonly List<int> days = [];
    private readonly List<long> values = [];

    private PortfolioTimelineBuilder(int measure) => this.measure = measure;

    public static TotalLines BuildLines(ProjectTimeline[] timelines)
    {
        var ofMeasures = new TotalLines[MeasureAmounts.Measures.Length];
        Parallel.For(0, ofMeasures.Length, measure => ofMeasures[measure] = new PortfolioTimelineBuilder(measure).Make(timelines));
        var lines = new TotalLines();
        foreach (var ofMeasure in ofMeasures)
            lines.Add(ofMeasure);
        return lines;
    }

    private TotalLines Make(ProjectTimeline[] timelines)
    {
        foreach (var timeline in timelines)
        {
            timeline.GetJointTransitions(measure, turns);
            AddMoney(timeline);
            AddCounts(timeline);
        }

        CollectionsMarshal.AsSpan(figures).Sort(CollectionsMarshal.AsSpan(changes));
        var lines = new TotalLines();
        lines.Add(CollectionsMarshal.AsSpan(figures), CollectionsMarshal.AsSpan(changes));
        return lines;
    }

    private void AddMoney(ProjectTimeline timeline)
    {
        for (var line = 0; line < timeline.SumLines.Length; line++)
        {
            if (timeline.SumLines[line] is var cell && cell.Measure == measure)
                Add(new(measure, FigureKind.Money, cell.Instrument, cell.Currency, cell.Party), timeline.SumDaysOf(line), timeline.SumsOf(line));
        }
    }

    private void AddCounts(ProjectTimeline timeline)
    {
        for (var line = 0; line < timeline.CountLines.Length; line++)
        {
            ref readonly var counted = ref timeline.CountLines[line];
            var (ofMeasure, instrument) = Math.DivRem((int)counted.Place, Instruments.Count);
            if (ofMeasure != measure)
                continue;
            var (kind, change) = counted.Each switch
            {
                { Commitments: not 0 and var some } => (FigureKind.Commitments, some),
                { Undisclosed: not 0 and var some } => (FigureKind.Undisclosed, some),
                { Undated: var some } => (FigureKind.Undated, some),
            };
            values.Clear();
            foreach (var day in timeline.CountDaysOf(line))
            {
                values.Add((values.Count + 1) * change);
                if (kind != FigureKind.Commitments)
                    continue;
                commitments[instrument].Add((day, change));
                if (Instruments.FundedSet.Contains(instrument))
                    commitments[Instruments.Count].Add((day, change));
            }

            Add(new(measure, kind, instrument, 0, 0), timeline.CountDaysOf(line), CollectionsMarshal.AsSpan(values));
        }

        for (var instrument = 0; instrument < Instruments.Count; instrument++)
            AddProject(new(measure, FigureKind.Projects, instrument, 0, 0), commitments[instrument]);
        AddProject(new(measure, FigureKind.FundedProjects, 0, 0, 0), commitments[Instruments.Count]);
    }

    /// <summary>Counts the project on every day on which any of these commitments counts.</summary>
    private void AddProject(TotalFigure figure, List<(int Day, int Change)> counted)
    {
        if (counted.Count == 0)
            return;
        counted.Sort(static (a, b) => a.Day.CompareTo(b.Day));
        days.Clear();
        values.Clear();
        var count = 0;
        foreach (var (day, change) in counted)
        {
            count += change;
            days.Add(day);
            values.Add(count > 0 ? 1 : 0);
        }

        counted.Clear();
        Add(figure, CollectionsMarshal.AsSpan(days), CollectionsMarshal.AsSpan(values));
    }

    private void Add(TotalFigure figure, ReadOnlySpan<int> onDays, ReadOnlySpan<long> newValues)
    {
        var (value, turn) = (0L, 0);
        for (var next = 0; next < onDays.Length; next++)
        {
            for (; turn < turns.Count && turns[turn] <= onDays[next]; turn++)
                Move(figure, turn, value);
            Add(figure.Over(joint: turn % 2 == 1), onDays[next], newValues[next] - value);
            value = newValues[next];
        }

        for (; turn < turns.Count; turn++)
            Move(figure, turn, value);
    }

    private void Move(TotalFigure figure, int turn, long value)
    {
        var isJointBefore = turn % 2 == 1;
        Add(figure.Over(isJointBefore), turns[turn], -value);
        Add(figure.Over(!isJointBefore), turns[turn], value);
    }

    private void Add(TotalFigure figure, int day, long change)
    {
        if (change == 0)
            return;
        figures.Add(figure.On(day));
        changes.Add(change);
    }
}
