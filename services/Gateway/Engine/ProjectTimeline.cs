using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// What a project's commitments amount to on every day, in the eyes of a partnership: of each cell the days on which its sum changes, and
/// what it is from then on. A day of the past is looked up in these, and no commitment is asked for its dates, history and owners.
/// Immutable.
/// </summary>
internal sealed class ProjectTimeline
{
    /// <summary>As many days as are compared at once; behind the last one there is room for such a comparison.</summary>
    private const int AtOnce = 8;

    /// <summary>Lines of more days are searched.</summary>
    private const int Few = 4 * AtOnce;

    private readonly PartnershipFacts partnership;

    /// <summary>Ordered by measure.</summary>
    private readonly SumLine[] sumLines;

    /// <summary>Where the lines of each measure end, and behind them those of <see cref="TimelineLines.Committed"/>.</summary>
    private readonly int[] lineEnds;

    /// <summary>The days of one line behind those of the other, each line's in their order.</summary>
    private readonly int[] sumDays;

    /// <summary>Minor units from each of these days on.</summary>
    private readonly long[] sums;

    private readonly CountLine[] countLines;
    private readonly int[] countDays;

    private readonly DayRange[] nonAdditive;

    /// <summary>When which investors have pledged that breach the rule on outside ownership.</summary>
    private readonly DayRange[] breachingInvestors;

    public ProjectTimeline(PartnershipFacts partnership, TimelineLines lines, DayRange[] nonAdditive, DayRange[] breachingInvestors)
    {
        this.partnership = partnership;
        sumLines = [.. lines.SumLines];
        lineEnds = [.. Enumerable.Range(0, TimelineLines.Committed + 1).Select(measure => lines.SumLines.Count(line => line.Measure <= measure))];
        sumDays = WithPadding(lines.SumDays);
        sums = [.. lines.Sums];
        countLines = [.. lines.CountLines];
        countDays = WithPadding(lines.CountDays);
        this.nonAdditive = nonAdditive;
        this.breachingInvestors = breachingInvestors;
    }

    public ReadOnlySpan<SumLine> SumLines => sumLines;

    public ReadOnlySpan<CountLine> CountLines => countLines;

    /// <summary>When which commitments, by place, are pledged that are not additive; ordered by place.</summary>
    public ReadOnlySpan<DayRange> NonAdditive => nonAdditive;

    /// <summary>The days on which the sum of a line changes.</summary>
    public ReadOnlySpan<int> SumDaysOf(int line) => sumDays.AsSpan(BeginOfSums(line)..sumLines[line].End);

    /// <summary>What it is from each of these days on.</summary>
    public ReadOnlySpan<long> SumsOf(int line) => sums.AsSpan(BeginOfSums(line)..sumLines[line].End);

    /// <summary>The days on each of which one commitment more, or fewer, counts.</summary>
    public ReadOnlySpan<int> CountDaysOf(int line) => countDays.AsSpan((line == 0 ? 0 : countLines[line - 1].End)..countLines[line].End);

    /// <summary>The same as <see cref="ProjectFigures.Of"/> works out from the commitments; they hold until the room is used again.</summary>
    public ProjectFigures At(int day, FiguresBuffer buffer)
    {
        var (cells, counts) = buffer.Reserve(lineEnds[^2]);
        for (var measure = 0; measure < buffer.CellEnds.Length; measure++)
            AddCells(measure, day, cells, buffer.CellEnds);
        AddCounts(day, counts);
        return new ProjectFigures(cells, buffer.CellEnds, counts, NumbersAt(nonAdditive, day), NumbersAt(breachingInvestors, day), partnership);
    }

    /// <summary>Only what health needs of the same.</summary>
    /// <param name="day">The day.</param>
    /// <param name="into">Is made empty, and takes the money.</param>
    public CommittedMoney CommittedAt(int day, Tally into)
    {
        into.Clear();
        for (var line = lineEnds[^2]; line < sumLines.Length; line++)
        {
            if (SumAt(line, day) is > 0 and var minorUnits)
                into.Add(sumLines[line].Currency, sumLines[line].Party, minorUnits);
        }

        return new(into, into.CountParties(but: partnership.Outside) >= 2, ProjectFigures.EachOnce(NumbersAt(breachingInvestors, day)));
    }

    /// <summary>The days on which the project becomes joint in a measure, and ends to be, in turns.</summary>
    public void GetJointTurns(int measure, List<int> turns)
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

    /// <summary>Days behind which there is room for a comparison of several at once.</summary>
    internal static int[] WithPadding(List<int> days) => [.. days, .. new int[AtOnce]];

    private int BeginOfSums(int line) => line == 0 ? 0 : sumLines[line - 1].End;

    /// <summary>What a line says of a day; 0 before its first.</summary>
    private long SumAt(int line, int day)
    {
        var begin = BeginOfSums(line);
        var changes = CountUpTo(sumDays, begin, sumLines[line].End, day);
        return changes == 0 ? 0 : sums[begin + changes - 1];
    }

    /// <summary>Writes the sums of a measure behind those of the measures before.</summary>
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

    /// <summary>
    /// How many of the days of a line, which are ordered, are not after a day. Most lines have a few days, and these are compared at once:
    /// where a search would turn, nobody could foresee.
    /// </summary>
    internal static int CountUpTo(int[] days, int begin, int end, int day)
    {
        var start = begin;
        while (end - begin > Few)
        {
            var middle = (begin + end) >>> 1;
            if (days[middle] <= day)
                begin = middle + 1;
            else
                end = middle;
        }

        var count = begin - start;
        for (; begin < end; begin += AtOnce)
        {
            var notAfter = Vector256.LessThanOrEqual(Vector256.Create<int>(days.AsSpan(begin)), Vector256.Create(day)).ExtractMostSignificantBits();
            count += int.PopCount((int)notAfter & ((1 << Math.Min(end - begin, AtOnce)) - 1));
        }

        return count;
    }
}

/// <summary>Where the days of one cell end.</summary>
internal readonly record struct SumLine(byte Measure, byte Instrument, byte Currency, byte Party, int End);

/// <summary>Where the days end on each of which so many commitments of a measure and instrument are more, or fewer.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CountLine(byte Place, Counts Each, int End);

/// <summary>A place or an investor, from a day until before another one.</summary>
internal readonly record struct DayRange(int Number, int From, int Until)
{
    public bool Holds(int day) => From <= day && day < Until;
}
