using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Engine;

/// <summary>
/// Converts with integers wherever their error cannot affect the rounding, and with decimals otherwise. A summary of a past day converts some
/// hundred thousand sums.
/// </summary>
internal sealed record FixedPointCurrency(byte Index, RateSet Rates) : ReportingCurrency(Index, Rates)
{
    private readonly FixedRateTable table = Rates.Derived.GetDerived(static () => new FixedRateTable());

    public override long Cell(Tally tally, int party) =>
        table.Into(Rates, Index).TryConvert(tally, party, out var minorUnits) ? minorUnits : base.Cell(tally, party);

    public override long Convert(Amount amount) =>
        table.Into(Rates, Index).TryConvert(amount.MinorUnits, CurrencyIndex.Read(amount.CurrencyCode), out var minorUnits) ? minorUnits : base.Convert(amount);

    public override long LowerBound(Tally tally, int partyCount, byte currency) => table.Into(Rates, currency).AtLeast(tally, partyCount);
}
