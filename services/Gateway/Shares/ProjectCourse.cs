using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>
/// What a project's commitments amount to on every day, in the eyes of a partnership: of each cell the days on which its sum changes, and
/// what it is from then on. A day of the past is looked up in these, and no commitment is asked for its dates, history and owners.
/// Immutable.
/// </summary>
internal sealed class ProjectCourse
{
    /// <summary>As many days as are compared at once; behind the last one there is room for such a comparison.</summary>
    private const int AtOnce = 8;

    /// <summary>Lines of more days are searched.</summary>
    private const int Few = 4 * AtOnce;

    private readonly PartnershipFacts partnership;

    /// <summary>Ordered by measure.</summary>
    private readonly SumLine[] sumLines;

    /// <summary>The days of one line behind those of the other, each line's in their order.</summary>
    private readonly int[] sumDays;

    /// <summary>Minor units from each of these days on.</summary>
    private readonly long[] sums;

    private readonly CountLine[] countLines;
    private readonly int[] countDays;

    /// <summary>When which commitments are pledged that are not additive; ordered by place.</summary>
    private readonly Spell[] nonAdditive;

    /// <summary>When which investors have pledged that breach the rule on outside ownership.</summary>
    private readonly Spell[] breachingInvestors;

    public ProjectCourse(PartnershipFacts partnership, CourseLines lines, Spell[] nonAdditive, Spell[] breachingInvestors)
    {
        this.partnership = partnership;
        sumLines = [.. lines.SumLines];
        sumDays = [.. lines.SumDays, .. new int[AtOnce]];
        sums = [.. lines.Sums];
        countLines = [.. lines.CountLines];
        countDays = [.. lines.CountDays, .. new int[AtOnce]];
        this.nonAdditive = nonAdditive;
        this.breachingInvestors = breachingInvestors;
    }

    /// <summary>The same as <see cref="ProjectFigures.Of"/> works out from the commitments; they hold until the room is used again.</summary>
    public ProjectFigures At(int day, FiguresRoom room)
    {
        var (cells, counts) = room.For(sumLines.Length);
        var (begin, count) = (0, 0);
        foreach (ref readonly var line in sumLines.AsSpan())
        {
            var changes = CountUpTo(sumDays, begin, line.End, day);
            if (changes > 0 && sums[begin + changes - 1] is > 0 and var minorUnits)
                cells[count++] = new Cell(line.Instrument, line.Currency, line.Party, minorUnits);
            begin = line.End;
            room.CellEnds.AsSpan(line.Measure).Fill(count);
        }

        AddCounts(day, counts);
        return new ProjectFigures(cells, room.CellEnds, counts, NumbersAt(nonAdditive, day), NumbersAt(breachingInvestors, day), partnership);
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

    private static int[] NumbersAt(Spell[] spells, int day)
    {
        var count = 0;
        foreach (ref readonly var spell in spells.AsSpan())
            count += spell.Holds(day) ? 1 : 0;
        var numbers = count == 0 ? [] : new int[count];
        for (int next = 0, place = 0; next < count; place++)
        {
            if (spells[place].Holds(day))
                numbers[next++] = spells[place].Number;
        }

        return numbers;
    }

    /// <summary>
    /// How many of the days of a line, which are ordered, are not after a day. Most lines have a few days, and these are compared at once:
    /// where a search would turn, nobody could foresee.
    /// </summary>
    private static int CountUpTo(int[] days, int begin, int end, int day)
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
internal readonly record struct Spell(int Number, int From, int Until)
{
    public bool Holds(int day) => From <= day && day < Until;
}
