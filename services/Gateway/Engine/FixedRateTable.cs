using Mining.Gateway.Facts;

namespace Mining.Gateway.Engine;

/// <summary>The fixed-point rates of one rate set, by currency, each computed when it is first needed.</summary>
internal sealed class FixedRateTable
{
    private readonly FixedRates?[] byCurrency = new FixedRates?[CurrencyIndex.Count];

    public FixedRates Into(RateSet rates, byte currency) => byCurrency[currency] ??= new FixedRates(rates, currency);
}
