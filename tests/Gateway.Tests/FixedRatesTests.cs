using CsCheck;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Investors.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: the last cent of a converted sum. Sums are mostly converted in integer arithmetic; a certain result must equal the decimal one,
// and a result near a half must be left to decimal.
public class FixedRatesTests
{
    private static readonly byte Dollar = CurrencyIndex.Read("USD");
    private static readonly byte[] Currencies = [CurrencyIndex.Euro, Dollar, CurrencyIndex.Read("JPY"), CurrencyIndex.Read("KWD")];

    private static readonly Gen<(long[] Sums, decimal[] UnitsPerEuro, byte Into)> Cells =
        from sums in Gen.OneOf(Gen.Long[0, 9], Gen.Long[0, 1_000_000], Gen.Long[0, 1L << 49], Gen.Long[0, long.MaxValue / 1_000_000]).Array[Currencies.Length]
        from rates in Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 2_000_000]).Select(tenThousandths => tenThousandths / 10_000m).Array[Currencies.Length]
        from currency in Gen.OneOf(Currencies)
        select (sums, rates, currency);

    [Fact]
    public void A_certain_fixed_point_result_equals_the_decimal_result()
    {
        var sure = 0;
        Cells.Sample(
            cell =>
            {
                var tally = TallyOf(cell.Sums);
                var reporting = new ReportingCurrency(cell.Into, RatesOf(cell.UnitsPerEuro));
                if (!reporting.Rates.Into(cell.Into).TryConvert(tally, 0, out var minorUnits))
                    return;
                Interlocked.Increment(ref sure);
                Assert.Equal(reporting.CellInDecimal(tally, 0), minorUnits);
                Assert.InRange(reporting.Rates.Into(cell.Into).AtLeast(tally, partyCount: 1), minorUnits - 1, minorUnits);
            },
            iter: 20_000);
        Assert.InRange(sure, 5_000, 20_000);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void A_half_falls_back_to_decimal(long cents, bool isSure) =>
        Assert.Equal(isSure, RatesOf([1, 2, 1, 1]).Into(CurrencyIndex.Euro).TryConvert(cents, Dollar, out _));

    [Fact]
    public void Without_a_rate_no_result_is_certain() =>
        Assert.False(RatesOf([1, 0, 1, 1]).Into(CurrencyIndex.Euro).TryConvert(100, Dollar, out _));

    private static Tally TallyOf(long[] sums)
    {
        var tally = new Tally(partyCount: 1);
        tally.Add(sums.Zip(Currencies, (sum, currency) => new Cell((byte)Instrument.Grant, currency, 0, sum)).ToArray(), InstrumentSet.All);
        return tally;
    }

    private static RateSet RatesOf(decimal[] unitsPerEuro)
    {
        var rates = new decimal[CurrencyIndex.Count];
        foreach (var (currency, rate) in Currencies.Zip(unitsPerEuro))
            rates[currency] = rate;
        rates[CurrencyIndex.Euro] = 1;
        return new RateSet(new DateOnly(2026, 1, 1), rates, new int[CurrencyIndex.Count]);
    }
}
