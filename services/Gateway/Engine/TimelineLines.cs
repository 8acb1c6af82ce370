using System.Runtime.InteropServices;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// A project's steps as lines: for each cell its days and sums, and the days on which counts change. Further lines contain all committed,
/// funded money regardless of the instrument, which is all that pipeline health needs.
/// </summary>
internal sealed class TimelineLines
{
    /// <summary>Pseudo-measure of the lines of committed, funded money, whose instrument is unused.</summary>
    public const byte Committed = 3;

    public TimelineLines(List<Step> unordered)
    {
        unordered.AddRange(unordered.Where(step => step.IsCommittedAndFunded).Select(step => step.WithoutInstrument()).ToArray());
        unordered.Sort(static (a, b) => a.Cell != b.Cell ? a.Cell.CompareTo(b.Cell) : a.From.CompareTo(b.From));
        ReadOnlySpan<Step> steps = CollectionsMarshal.AsSpan(unordered);
        for (int begin = 0, end; begin < steps.Length; begin = end)
        {
            for (end = begin + 1; end < steps.Length && steps[end].Cell == steps[begin].Cell;)
                end++;
            AddSums(steps[begin..end]);
        }

        for (int begin = 0, end; begin < steps.Length; begin = end)
        {
            for (end = begin + 1; end < steps.Length && steps[end].Place == steps[begin].Place;)
                end++;
            AddCounts(steps[begin..end], new(1, 0, 0), static step => step.Counts.Commitments);
            AddCounts(steps[begin..end], new(0, 1, 0), static step => step.Counts.Undisclosed);
            AddCounts(steps[begin..end], new(0, 0, 1), static step => step.Counts.Undated);
        }
    }

    public List<SumLine> SumLines { get; } = [];

    public List<int> SumDays { get; } = [];

    public List<long> Sums { get; } = [];

    public List<CountLine> CountLines { get; } = [];

    public List<int> CountDays { get; } = [];

    /// <summary>A sum beyond 64 bits is split into several lines of the cell, each with the excess over the previous ones.</summary>
    private void AddSums(ReadOnlySpan<Step> ofCell)
    {
        for (Int128 held = 0, most = 1; held < most; held += long.MaxValue)
        {
            var (begin, sum) = (SumDays.Count, Int128.Zero);
            foreach (ref readonly var step in ofCell)
            {
                if (step.MinorUnits == 0)
                    continue;
                sum += step.MinorUnits;
                most = Int128.Max(most, sum);
                if (SumDays.Count == begin || SumDays[^1] != step.From)
                {
                    SumDays.Add(step.From);
                    Sums.Add(0);
                }

                Sums[^1] = (long)Int128.Clamp(sum - held, 0, long.MaxValue);
            }

            var (measure, instrument) = Math.DivRem(ofCell[0].Place, (byte)Instruments.Count);
            if (SumDays.Count > begin)
                SumLines.Add(new(measure, instrument, ofCell[0].Currency, ofCell[0].Party, SumDays.Count));
        }
    }

    private void AddCounts(ReadOnlySpan<Step> ofPlace, Counts one, Func<Step, int> changeOf)
    {
        foreach (var sign in (ReadOnlySpan<int>)[1, -1])
        {
            var begin = CountDays.Count;
            foreach (ref readonly var step in ofPlace)
            {
                if (changeOf(step) == sign)
                    CountDays.Add(step.From);
            }

            if (CountDays.Count == begin)
                continue;
            CollectionsMarshal.AsSpan(CountDays)[begin..].Sort();
            var each = default(Counts);
            each.Add(one, sign);
            CountLines.Add(new(ofPlace[0].Place, each, CountDays.Count));
        }
    }
}
