using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>
/// The change of one cell of a project on a day: the amount gained or lost, and the number of commitments that start or stop counting. Each
/// commitment creates two or three steps.
/// </summary>
internal readonly struct Step(int from, int measure, byte instrument, byte currency, int party, Counts counts, long minorUnits)
{
    public int From { get; } = from;

    /// <summary>The index of the measure and instrument in a project's counts.</summary>
    public byte Place { get; } = (byte)(measure * Instruments.Count + instrument);

    public byte Currency { get; } = currency;

    public byte Party { get; } = (byte)party;

    /// <summary>Sort key: by place, then by currency and party.</summary>
    public int Cell => (Place << 16) | (Currency << 8) | Party;

    public long MinorUnits { get; } = minorUnits;

    public bool IsCommittedAndFunded
    {
        get
        {
            var (measure, instrument) = Math.DivRem(Place, (byte)Instruments.Count);
            return measure == MeasureAmounts.IndexOf(Measure.Committed) && Instruments.FundedSet.Contains(instrument);
        }
    }

    /// <summary>The same money in the lines of all committed, funded money.</summary>
    public Step WithoutInstrument() => new(From, TimelineLines.Committed, 0, Currency, Party, default, MinorUnits);

    public Counts Counts { get; } = counts;
}
