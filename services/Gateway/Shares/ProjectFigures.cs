using Mining.Gateway.Facts;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Shares;

/// <summary>The figures of a project's commitments on a date, for one partnership. Immutable, and small enough to cache.</summary>
internal sealed class ProjectFigures
{
    private static readonly int MeasureCount = MeasureAmounts.Measures.Length;

    [ThreadStatic]
    private static ProjectFiguresBuilder? builderOfThread;

    private readonly Cell[] cells;
    private readonly int[] cellEnds;
    private readonly Counts[] counts;

    /// <summary>A bit per measure.</summary>
    private readonly int jointMeasures;

    /// <param name="cells">The additive money of all measures, consecutively; cells after the last measure are unused.</param>
    /// <param name="cellEnds">The end of each measure's cells.</param>
    /// <param name="counts">As <see cref="NoCounts"/>.</param>
    /// <param name="nonAdditive">Indexes of commitments.</param>
    /// <param name="breachingInvestors">May contain an investor several times.</param>
    /// <param name="partnership">The partnership with the parties.</param>
    public ProjectFigures(Cell[] cells, int[] cellEnds, Counts[] counts, int[] nonAdditive, int[] breachingInvestors, PartnershipFacts partnership)
    {
        (this.cells, this.cellEnds, this.counts) = (cells, cellEnds, counts);
        NonAdditive = nonAdditive;
        BreachingInvestors = DistinctSorted(breachingInvestors);
        CommittedCurrencies = CurrenciesOf(Cells(MeasureAmounts.IndexOf(Measure.Committed)));
        for (var measure = 0; measure < MeasureCount; measure++)
            jointMeasures |= SidesIn(Cells(measure), partnership) >= 2 ? 1 << measure : 0;
    }

    /// <summary>Indexes of the pledged commitments that are not additive, ordered by name.</summary>
    public int[] NonAdditive { get; }

    /// <summary>The distinct investors of pledged commitments that breach the partnership's outside-ownership rule.</summary>
    public int[] BreachingInvestors { get; }

    /// <summary>The distinct currencies of the additive, funded, committed money.</summary>
    public byte[] CommittedCurrencies { get; }

    /// <summary>Computes the figures from the commitments, optionally only those of the investors with these indexes.</summary>
    public static ProjectFigures Of(ProjectNode project, AttributionMap view, int day, bool[]? investors = null)
    {
        var builder = EmptyBuilder(view.Partnership);
        for (var place = 0; place < project.Commitments.Length; place++)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (investors is not null && !investors[commitment.Investor])
                continue;
            var reached = commitment.At(day);
            if (!reached.IsNothing && view.AttributionOf(commitment.Investor) is { } attribution)
                builder.Add(in commitment, place, attribution, reached);
        }

        return builder.Build(view.Partnership);
    }

    /// <summary>Zeros, by measure and instrument.</summary>
    public static Counts[] NoCounts() => new Counts[MeasureCount * Instruments.Count];

    /// <summary>The additive money of a measure.</summary>
    public ReadOnlySpan<Cell> Cells(int measure) => cells.AsSpan((measure == 0 ? 0 : cellEnds[measure - 1])..cellEnds[measure]);

    /// <summary>The additive commitments of a funded instrument, or all commitments of a contingent one.</summary>
    public Counts Counts(int measure, int instrument) => counts[measure * Instruments.Count + instrument];

    /// <summary>Whether at least two sides have additive, funded money of the measure in it.</summary>
    public bool IsJoint(int measure) => (jointMeasures >> measure & 1) != 0;

    /// <summary>Removes duplicates; the result is ordered by index.</summary>
    public static int[] DistinctSorted(int[] investors) => investors.Length == 0 ? [] : [.. investors.Distinct().Order()];

    private static ProjectFiguresBuilder EmptyBuilder(PartnershipFacts partnership)
    {
        if (builderOfThread?.PartyCount != partnership.Parties.Length)
            builderOfThread = new ProjectFiguresBuilder(partnership.Parties.Length);
        builderOfThread.Clear();
        return builderOfThread;
    }

    private static byte[] CurrenciesOf(ReadOnlySpan<Cell> cells)
    {
        Span<byte> found = stackalloc byte[CurrencyIndex.Count];
        var count = 0;
        foreach (ref readonly var cell in cells)
        {
            if (Instruments.FundedSet.Contains(cell.Instrument) && !found[..count].Contains(cell.Currency))
                found[count++] = cell.Currency;
        }

        return [.. found[..count]];
    }

    private static int SidesIn(ReadOnlySpan<Cell> cells, PartnershipFacts partnership)
    {
        var sides = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Party != partnership.Outside && Instruments.FundedSet.Contains(cell.Instrument))
                sides |= 1 << cell.Party;
        }

        return int.PopCount(sides);
    }
}
