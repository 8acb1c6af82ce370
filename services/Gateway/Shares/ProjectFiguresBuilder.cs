using Mining.Gateway.Engine;
using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>Where a project's steps are added up one by one; used again for the next project, so that a scan leaves little behind.</summary>
internal sealed class ProjectFiguresBuilder(int partyCount)
{
    private static readonly int MeasureCount = MeasureAmounts.Measures.Length;

    private readonly CellSums[] sums = [.. MeasureAmounts.Measures.Select(_ => new CellSums(partyCount))];
    private readonly List<Cell> cells = [];

    public int PartyCount => partyCount;

    /// <summary>By measure and instrument.</summary>
    public Counts[] Counts { get; } = ProjectFigures.NoCounts();

    /// <summary>Places of commitments.</summary>
    public List<int> NonAdditive { get; } = [];

    /// <summary>An investor may stand in it several times.</summary>
    public List<int> BreachingInvestors { get; } = [];

    public void Clear()
    {
        foreach (var ofMeasure in sums)
            ofMeasure.Clear();
        Counts.AsSpan().Clear();
        NonAdditive.Clear();
        BreachingInvestors.Clear();
    }

    public void Add(ReadOnlySpan<Step> steps)
    {
        foreach (ref readonly var step in steps)
        {
            Counts[step.Place].Add(step.Counts);
            if (step.MinorUnits == 0)
                continue;
            var (measure, instrument) = Math.DivRem(step.Place, (byte)Instruments.Count);
            sums[measure].Row(instrument, step.Currency)[step.Party] += step.MinorUnits;
        }
    }

    /// <summary>The sums of all measures, one behind the other.</summary>
    /// <param name="ends">Receives where each measure's end.</param>
    public Cell[] ToCells(int[] ends)
    {
        cells.Clear();
        for (var measure = 0; measure < MeasureCount; measure++)
        {
            sums[measure].AddTo(cells);
            ends[measure] = cells.Count;
        }

        return [.. cells];
    }
}
