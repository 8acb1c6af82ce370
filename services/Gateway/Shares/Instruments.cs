using Mining.Investors.V1;

namespace Mining.Gateway.Shares;

/// <summary>Which instruments are funded, and so may enter a share, and which are contingent and are reported beside them.</summary>
internal static class Instruments
{
    public static readonly Instrument[] Funded = [Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment];

    public static readonly Instrument[] Contingent = [Instrument.Guarantee, Instrument.PriceFloor, Instrument.Offtake];

    public const int Count = (int)Instrument.Offtake + 1;

    public static bool IsFunded(Instrument instrument) => instrument is >= Instrument.Equity and <= Instrument.Prepayment;
}
