using System.Runtime.InteropServices;
using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// The figures of a project's commitments on every day, for one partnership: for each cell the days on which its sum changes, with the sum
/// from each day. Queries about the past look up these days instead of evaluating each commitment. Immutable.
/// </summary>
internal sealed class ProjectTimeline
{
    private readonly PartnershipFacts partnership;

    /// <summary>Ordered by measure.</summary>
    private readonly SumLine[] sumLines;

    /// <summary>The end of each measure's lines, followed by the end of the <see cref="TimelineLines.Committed"/> lines.</summary>
    private readonly int[] lineEnds;

    /// <summary>The days of all lines, line after line, each in order.</summary>
    private readonly int[] sumDays;

    /// <summary>The sum in minor units from each of these days.</summary>
    private readonly long[] sums;

    private readonly CountLine[] countLines;
    private readonly int[] countDays;

    private readonly DayRange[] nonAdditive;

    /// <summary>The day ranges of pledged commitments whose investors breach the outside-ownership rule.</summary>
    private readonly DayRange[] breachingInvestors;

    public ProjectTimeline(PartnershipFacts partnership, TimelineLines lines, DayRange[] nonAdditive, DayRange[] breachingInvestors)
    {
        this.partnership = partnership;
        sumLines = [.. lines.SumLines];
        lineEnds = [.. Enumerable.Range(0, TimelineLines.Committed + 1).Select(measure => lines.SumLines.Count(line => line.Measure <= measure))];
        sumDays = [.. lines.SumDays];
        sums = [.. lines.Sums];
        countLines = [.. lines.CountLines];
        countDays = [.. lines.CountDays];
        this.nonAdditive = nonAdditive;
        this.breachingInvestors = breachingInvestors;
    }

    public ReadOnlySpan<SumLine> SumLines => sumLines;

    public ReadOnlySpan<CountLine> CountLines => countLines;

    /// <summary>The day ranges of the pledged commitments that are not additive, ordered by the index of the commitment.</summary>
    public ReadOnlySpan<DayRange> NonAdditive => nonAdditive;

    /// <summary>The days on which the sum of a line changes.</summary>
    public ReadOnlySpan<int> SumDaysOf(int line) => sumDays.AsSpan(BeginOfSums(line)..sumLines[line].End);

    /// <summary>The sum from each of these days.</summary>
    public ReadOnlySpan<long> SumsOf(int line) => sums.AsSpan(BeginOfSums(line)..sumLines[line].End);

    /// <summary>The days on which the count of a line changes by one step.</summary>
    public ReadOnlySpan<int> CountDaysOf(int line) => countDays.AsSpan((line == 0 ? 0 : countLines[line - 1].End)..countLines[line].End);

    /// <summary>Equal to <see cref="ProjectFigures.Of"/> for the same day. The result is valid until the buffer is reused.</summary>
    public ProjectFigures At(int day, FiguresBuffer buffer)
    {
        var (cells, counts) = buffer.Reserve(lineEnds[^2]);
        for (var measure = 0; measure < buffer.CellEnds.Length; measure++)
            AddCells(measure, day, cells, buffer.CellEnds);
        AddCounts(day, counts);
        return new ProjectFigures(cells, buffer.CellEnds, counts, NumbersAt(nonAdditive, day), NumbersAt(breachingInvestors, day), partnership);
    }

    /// <summary>The part of the figures that health needs.</summary>
    /// <param name="day">The day.</param>
    /// <param name="into">Cleared, and then filled with the money.</param>
    public CommittedMoney CommittedAt(int day, Tally into)
    {
        into.Clear();
        for (var line = lineEnds[^2]; line < sumLines.Length; line++)
        {
            if (SumAt(line, day) is > 0 and var minorUnits)
                into.Add(sumLines[line].Currency, sumLines[line].Party, minorUnits);
        }

        return new(into, into.CountParties(but: partnership.Outside) >= 2, ProjectFigures.DistinctSorted(NumbersAt(breachingInvestors, day)));
    }

    /// <summary>The days on which the project alternately becomes joint in a measure and stops being joint.</summary>
    public void GetJointTransitions(int measure, List<int> turns)
    {
        var sides = new List<(int Day, int Party, int Change)>();
        for (var line = 0; line < sumLines.Length; line++)
        {
            if (sumLines[line] is var cell && (cell.Measure != measure || cell.Party == partnership.Outside || !Instruments.FundedSet.Contains(cell.Instrument)))
                continue;
            var hasMoney = false;
            for (var change = BeginOfSums(line); change < cell.End; change++)
            {
                if (sums[change] > 0 != hasMoney)
                    sides.Add((sumDays[change], cell.Party, hasMoney ? -1 : 1));
                hasMoney = sums[change] > 0;
            }
        }

        sides.Sort(static (a, b) => a.Day.CompareTo(b.Day));
        turns.Clear();
        Span<int> cellsOf = stackalloc int[partnership.Parties.Length];
        cellsOf.Clear();
        for (var next = 0; next < sides.Count; next++)
        {
            cellsOf[sides[next].Party] += sides[next].Change;
            var isLastOfDay = next + 1 == sides.Count || sides[next + 1].Day != sides[next].Day;
            if (isLastOfDay && cellsOf.Length - cellsOf.Count(0) >= 2 != (turns.Count % 2 == 1))
                turns.Add(sides[next].Day);
        }
    }

    private int BeginOfSums(int line) => line == 0 ? 0 : sumLines[line - 1].End;

    /// <summary>The sum of a line on a day; 0 before its first day.</summary>
    private long SumAt(int line, int day)
    {
        var begin = BeginOfSums(line);
        var changes = CountUpTo(sumDays, begin, sumLines[line].End, day);
        return changes == 0 ? 0 : sums[begin + changes - 1];
    }

    /// <summary>Writes the sums of a measure after those of the previous measures.</summary>
    private void AddCells(int measure, int day, Cell[] cells, int[] ends)
    {
        var (line, count) = (measure == 0 ? 0 : lineEnds[measure - 1], measure == 0 ? 0 : ends[measure - 1]);
        for (; line < lineEnds[measure]; line++)
        {
            if (SumAt(line, day) is > 0 and var minorUnits)
                cells[count++] = new Cell(sumLines[line].Instrument, sumLines[line].Currency, sumLines[line].Party, minorUnits);
        }

        ends.AsSpan(measure).Fill(count);
    }

    private void AddCounts(int day, Counts[] counts)
    {
        var begin = 0;
        foreach (ref readonly var line in countLines.AsSpan())
        {
            counts[line.Place].Add(line.Each, CountUpTo(countDays, begin, line.End, day));
            begin = line.End;
        }
    }

    private static int[] NumbersAt(DayRange[] ranges, int day)
    {
        var count = 0;
        foreach (ref readonly var range in ranges.AsSpan())
            count += range.Holds(day) ? 1 : 0;
        var numbers = count == 0 ? [] : new int[count];
        for (int next = 0, place = 0; next < count; place++)
        {
            if (ranges[place].Holds(day))
                numbers[next++] = ranges[place].Number;
        }

        return numbers;
    }

    /// <summary>The number of days of a line up to and including a day. The days of a line are ordered.</summary>
    internal static int CountUpTo(int[] days, int begin, int end, int day)
    {
        var (low, high) = (begin, end);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (days[middle] <= day)
                low = middle + 1;
            else
                high = middle;
        }

        return low - begin;
    }
}

/// <summary>A cell, and the end of its days.</summary>
internal readonly record struct SumLine(byte Measure, byte Instrument, byte Currency, byte Party, int End);

/// <summary>A running count of a measure and instrument, and the end of its days: one day per change of the count.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CountLine(byte Place, Counts Each, int End);

/// <summary>The days from <c>From</c> until before <c>Until</c> for a commitment or an investor, given by index.</summary>
internal readonly record struct DayRange(int Number, int From, int Until)
{
    public bool Holds(int day) => From <= day && day < Until;
}
