using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>
/// What one cell of a project gains or loses from a day on, and how many commitments more or fewer count since: each commitment makes two
/// or three of these.
/// </summary>
internal readonly struct Step(int from, int measure, byte instrument, byte currency, int party, Counts counts, long minorUnits)
{
    public int From { get; } = from;

    /// <summary>Of the measure and instrument among the counts of a project.</summary>
    public byte Place { get; } = (byte)(measure * Instruments.Count + instrument);

    public byte Currency { get; } = currency;

    public byte Party { get; } = (byte)party;

    /// <summary>Orders steps by place and then by currency and party.</summary>
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

    /// <summary>The same money among all that is committed and funded.</summary>
    public Step WithoutInstrument() => new(From, TimelineLines.Committed, 0, Currency, Party, default, MinorUnits);

    public Counts Counts { get; } = counts;
}
