using Mining.Investors.V1;

namespace Mining.Gateway.Shares;

/// <summary>A set of instruments.</summary>
internal readonly record struct InstrumentSet(int Bits)
{
    public static InstrumentSet All { get; } = new(-1);

    public static InstrumentSet Of(params IEnumerable<Instrument> instruments) =>
        new(instruments.Aggregate(0, (bits, instrument) => bits | (1 << (int)instrument)));

    public bool Contains(int instrument) => ((Bits >> instrument) & 1) != 0;

    public InstrumentSet And(InstrumentSet other) => new(Bits & other.Bits);
}

/// <summary>Funded instruments, which enter the shares, and contingent ones, which are reported separately.</summary>
internal static class Instruments
{
    public static readonly Instrument[] Funded = [Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment];

    public static readonly Instrument[] Contingent = [Instrument.Guarantee, Instrument.PriceFloor, Instrument.Offtake];

    public static readonly InstrumentSet FundedSet = InstrumentSet.Of(Funded);

    /// <summary>The largest value of an instrument plus one.</summary>
    public const int Count = (int)Instrument.Offtake + 1;

    public static bool IsFunded(Instrument instrument) => FundedSet.Contains((int)instrument);
}
