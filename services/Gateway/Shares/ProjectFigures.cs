using Mining.Gateway.ReadModel;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Shares;

/// <summary>What a project's commitments amount to at a date, in the eyes of a partnership. Immutable, and small enough to be kept.</summary>
internal sealed class ProjectFigures
{
    private static readonly int MeasureCount = Reached.Measures.Length;

    [ThreadStatic]
    private static CellSums[]? scratch;

    private readonly Cell[][] cells;
    private readonly Counts[] counts = new Counts[MeasureCount * Instruments.Count];
    private readonly bool[] isJoint;
    private readonly List<int> nonAdditive = [];
    private readonly SortedSet<int> breachingInvestors = [];

    private ProjectFigures(ProjectNode project, PartnershipView view, int day, bool[]? investors)
    {
        var partyCount = view.Partnership.Parties.Length;
        if (scratch?[0].PartyCount != partyCount)
            scratch = [.. Reached.Measures.Select(_ => new CellSums(partyCount))];
        foreach (var sums in scratch)
            sums.Clear();
        for (var place = 0; place < project.Commitments.Length; place++)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (investors is null || investors[commitment.Investor])
                Add(in commitment, place, view, day, scratch);
        }

        cells = Array.ConvertAll(scratch, sums => sums.ToCells());
        CommittedCurrencies = [.. cells[Reached.IndexOf(Measure.Committed)].Where(cell => Instruments.FundedSet.Contains(cell.Instrument))
            .Select(cell => cell.Currency).Distinct()];
        isJoint = Array.ConvertAll(cells, ofMeasure => SidesIn(ofMeasure, view.Partnership) >= 2);
    }

    /// <summary>Places of the commitments that are pledged and not additive, in the order of their names.</summary>
    public IReadOnlyList<int> NonAdditive => nonAdditive;

    /// <summary>Investors of pledged commitments that breach the partnership's outside-ownership rule, each once.</summary>
    public IReadOnlyCollection<int> BreachingInvestors => breachingInvestors;

    /// <summary>Works the figures out from the commitments, only those of certain investors if they are given by place.</summary>
    public static ProjectFigures Of(ProjectNode project, PartnershipView view, int day, bool[]? investors = null) =>
        new(project, view, day, investors);

    /// <summary>The additive money of a measure.</summary>
    public ReadOnlySpan<Cell> Cells(int measure) => cells[measure];

    /// <summary>The additive commitments of a funded instrument, or all commitments of a contingent one.</summary>
    public Counts Counts(int measure, int instrument) => counts[measure * Instruments.Count + instrument];

    /// <summary>The currencies of the additive, funded, committed money, each once.</summary>
    public IReadOnlyList<byte> CommittedCurrencies { get; }

    /// <summary>At least two sides have additive, funded money of the measure in it.</summary>
    public bool IsJoint(int measure) => isJoint[measure];

    private void Add(in CommitmentFacts commitment, int place, PartnershipView view, int day, CellSums[] sums)
    {
        var reached = commitment.At(day);
        if (reached.Pledged == Reached.NotCounted || view.AttributionOf(commitment.Investor) is not { } attribution)
            return;
        if (attribution.BreachesOwnershipRule)
            breachingInvestors.Add(commitment.Investor);
        if (!commitment.IsAdditive)
            nonAdditive.Add(place);
        if (!commitment.IsAdditive && Instruments.IsFunded(commitment.Instrument))
            return;

        for (var measure = 0; measure < MeasureCount && reached[measure] != Reached.NotCounted; measure++)
        {
            var minorUnits = reached[measure];
            var isUndisclosed = minorUnits == Reached.Undisclosed;
            counts[measure * Instruments.Count + (int)commitment.Instrument].Add(new(1, isUndisclosed ? 1 : 0, commitment.IsUndated ? 1 : 0));
            if (!isUndisclosed && commitment.IsAdditive)
                sums[measure].Add((byte)commitment.Instrument, commitment.Currency, minorUnits, attribution);
        }
    }

    private static int SidesIn(Cell[] cells, PartnershipFacts partnership)
    {
        var sides = 0;
        foreach (ref readonly var cell in cells.AsSpan())
        {
            if (cell.Party != partnership.Outside && Instruments.FundedSet.Contains(cell.Instrument))
                sides |= 1 << cell.Party;
        }

        return int.PopCount(sides);
    }
}
