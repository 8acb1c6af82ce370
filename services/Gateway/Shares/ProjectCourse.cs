using System.Runtime.InteropServices;
using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>
/// What a project's commitments amount to on every day, in the eyes of a partnership: of each cell the days on which its sum changes, and
/// what it is from then on. A day of the past is looked up in these, and no commitment is asked for its dates, history and owners.
/// Immutable.
/// </summary>
internal sealed class ProjectCourse
{
    [ThreadStatic]
    private static List<Cell>? found;

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
        sumDays = [.. lines.SumDays];
        sums = [.. lines.Sums];
        countLines = [.. lines.CountLines];
        countDays = [.. lines.CountDays];
        this.nonAdditive = nonAdditive;
        this.breachingInvestors = breachingInvestors;
    }

    /// <summary>The same as <see cref="ProjectFigures.Of"/> works out from the commitments.</summary>
    public ProjectFigures At(int day)
    {
        var cells = found ??= [];
        cells.Clear();
        var ends = new int[Reached.Measures.Length];
        var begin = 0;
        foreach (ref readonly var line in sumLines.AsSpan())
        {
            var changes = CountUpTo(sumDays.AsSpan(begin, line.End - begin), day);
            if (changes > 0 && sums[begin + changes - 1] is > 0 and var minorUnits)
                cells.Add(new Cell(line.Instrument, line.Currency, line.Party, minorUnits));
            begin = line.End;
            ends.AsSpan(line.Measure).Fill(cells.Count);
        }

        return new ProjectFigures([.. cells], ends, CountsAt(day), NumbersAt(nonAdditive, day), NumbersAt(breachingInvestors, day), partnership);
    }

    private Counts[] CountsAt(int day)
    {
        var counts = ProjectFigures.NoCounts();
        var begin = 0;
        foreach (ref readonly var line in countLines.AsSpan())
        {
            counts[line.Place].Add(line.Each, CountUpTo(countDays.AsSpan(begin, line.End - begin), day));
            begin = line.End;
        }

        return counts;
    }

    private static int[] NumbersAt(Spell[] spells, int day)
    {
        var numbers = spells.Length == 0 ? [] : new int[spells.Length];
        var count = 0;
        foreach (ref readonly var spell in spells.AsSpan())
        {
            if (spell.From <= day && day < spell.Until)
                numbers[count++] = spell.Number;
        }

        return count == numbers.Length ? numbers : numbers[..count];
    }

    /// <summary>How many of the days, which are ordered, are not after a day.</summary>
    private static int CountUpTo(ReadOnlySpan<int> days, int day)
    {
        var (from, to) = (0, days.Length);
        while (from < to)
        {
            var middle = (from + to) >>> 1;
            if (days[middle] <= day)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }
}

/// <summary>Where the days of one cell end.</summary>
internal readonly record struct SumLine(byte Measure, byte Instrument, byte Currency, byte Party, int End);

/// <summary>Where the days end on each of which so many commitments of a measure and instrument are more, or fewer.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CountLine(byte Place, Counts Each, int End);

/// <summary>A place or an investor, from a day until before another one.</summary>
internal readonly record struct Spell(int Number, int From, int Until);
