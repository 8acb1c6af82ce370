using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>Where a project's commitments are added up one by one; used again for the next project, so that a scan leaves little behind.</summary>
internal sealed class FiguresScratch(int partyCount)
{
    private static readonly int MeasureCount = Reached.Measures.Length;

    private readonly CellSums[] sums = [.. Reached.Measures.Select(_ => new CellSums(partyCount))];
    private readonly List<Cell> cells = [];

    public int PartyCount => partyCount;

    /// <summary>By measure and instrument.</summary>
    public Counts[] Counts { get; } = new Counts[MeasureCount * Instruments.Count];

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

    public void Add(in CommitmentFacts commitment, int place, PartnershipView view, int day)
    {
        var reached = commitment.At(day);
        if (reached.Pledged == Reached.NotCounted || view.AttributionOf(commitment.Investor) is not { } attribution)
            return;
        if (attribution.BreachesOwnershipRule)
            BreachingInvestors.Add(commitment.Investor);
        if (!commitment.IsAdditive)
            NonAdditive.Add(place);
        if (!commitment.IsAdditive && Instruments.IsFunded(commitment.Instrument))
            return;

        for (var measure = 0; measure < MeasureCount && reached[measure] != Reached.NotCounted; measure++)
        {
            var minorUnits = reached[measure];
            var isUndisclosed = minorUnits == Reached.Undisclosed;
            Counts[measure * Instruments.Count + (int)commitment.Instrument].Add(new(1, isUndisclosed ? 1 : 0, commitment.IsUndated ? 1 : 0));
            if (!isUndisclosed && commitment.IsAdditive)
                sums[measure].Add((byte)commitment.Instrument, commitment.Currency, minorUnits, attribution);
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
