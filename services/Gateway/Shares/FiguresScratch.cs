using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>Where a project's commitments are added up one by one; used again for the next project, so that a scan leaves little behind.</summary>
internal sealed class FiguresScratch(int partyCount)
{
    private static readonly int MeasureCount = Reached.Measures.Length;

    private readonly CellSums[] sums = [.. Reached.Measures.Select(_ => new CellSums(partyCount))];
    private readonly List<Cell> cells = [];
    private readonly long[] parts = new long[partyCount];

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

    public void Add(in CommitmentFacts commitment, int placeInProject, PartnershipView view, int day)
    {
        var reached = commitment.At(day);
        if (reached.Pledged == Reached.NotCounted || view.AttributionOf(commitment.Investor) is not { } attribution)
            return;
        if (attribution.BreachesOwnershipRule)
            BreachingInvestors.Add(commitment.Investor);
        if (!commitment.IsAdditive)
            NonAdditive.Add(placeInProject);
        if (!commitment.IsAdditive && Instruments.IsFunded(commitment.Instrument))
            return;

        var isSplit = !attribution.TryGetSoleParty(out var party);
        var splitAmount = Reached.NotCounted;
        for (var measure = 0; measure < MeasureCount && reached[measure] != Reached.NotCounted; measure++)
        {
            var minorUnits = reached[measure];
            var isUndisclosed = minorUnits == Reached.Undisclosed;
            Counts[measure * Instruments.Count + (int)commitment.Instrument].Add(new(1, isUndisclosed ? 1 : 0, commitment.IsUndated ? 1 : 0));
            if (isUndisclosed || !commitment.IsAdditive)
                continue;
            var row = sums[measure].Row((byte)commitment.Instrument, commitment.Currency);
            if (!isSplit)
            {
                row[party] += minorUnits;
                continue;
            }

            // Mostly the same amount is pledged and committed: it is split once.
            if (minorUnits != splitAmount)
                attribution.Split(splitAmount = minorUnits, parts);
            for (var place = 0; place < parts.Length; place++)
                row[place] += parts[place];
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
