using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>Adds up the commitments of a project. Reused for the next project, so that computing many leaves little garbage.</summary>
internal sealed class ProjectFiguresBuilder(int partyCount)
{
    private static readonly int MeasureCount = MeasureAmounts.Measures.Length;

    private readonly CellSums[] sums = [.. MeasureAmounts.Measures.Select(_ => new CellSums(partyCount))];
    private readonly Counts[] counts = ProjectFigures.NoCounts();
    private readonly List<int> nonAdditive = [];
    private readonly List<int> breachingInvestors = [];
    private readonly List<Cell> cells = [];

    public int PartyCount => partyCount;

    public void Clear()
    {
        foreach (var ofMeasure in sums)
            ofMeasure.Clear();
        counts.AsSpan().Clear();
        nonAdditive.Clear();
        breachingInvestors.Clear();
    }

    /// <param name="commitment">A commitment that counts for a measure at least.</param>
    /// <param name="place">Its place among those of the project.</param>
    /// <param name="attribution">To whom its money belongs.</param>
    /// <param name="reached">Its amount by measure.</param>
    public void Add(in CommitmentFacts commitment, int place, Attribution attribution, MeasureAmounts reached)
    {
        if (attribution.BreachesOwnershipRule)
            breachingInvestors.Add(commitment.Investor);
        if (!commitment.IsAdditive)
            nonAdditive.Add(place);
        // Funded money that is not additive enters no figure; of other commitments that are not additive, only the number does.
        if (!commitment.IsAdditive && Instruments.IsFunded(commitment.Instrument))
            return;
        for (var measure = 0; measure < MeasureCount; measure++)
        {
            var minorUnits = reached[measure];
            if (minorUnits == MeasureAmounts.NotCounted)
                continue;
            var isUndisclosed = minorUnits == MeasureAmounts.Undisclosed;
            counts[measure * Instruments.Count + (int)commitment.Instrument].Add(new(1, isUndisclosed ? 1 : 0, commitment.IsUndated ? 1 : 0));
            if (commitment.IsAdditive && minorUnits > 0)
                attribution.Add(minorUnits, sums[measure].Row((byte)commitment.Instrument, commitment.Currency));
        }
    }

    public ProjectFigures Build(PartnershipFacts partnership)
    {
        cells.Clear();
        var cellEnds = new int[MeasureCount];
        for (var measure = 0; measure < MeasureCount; measure++)
        {
            sums[measure].AddTo(cells);
            cellEnds[measure] = cells.Count;
        }

        return new ProjectFigures([.. cells], cellEnds, [.. counts], [.. nonAdditive], [.. breachingInvestors], partnership);
    }
}
