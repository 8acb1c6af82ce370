using Mining.Common.V1;
using Mining.Investors.Domain;
using Mining.Platform.Numbers;
using Mining.Platform.Names;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Writes the rates of a day to the wire.</summary>
public static class ExchangeRateWriter
{
    /// <summary>The name of a day's table.</summary>
    public static string NameOf(DateOnly day) => ResourceNames.ExchangeRateTables.Name(day.ToString("O", null));

    /// <summary>A table of these rates, with its version and times still to come.</summary>
    public static Wire.ExchangeRateTable ToTable(DayRates rates, IEnumerable<Source> sources) => new()
    {
        Name = NameOf(rates.Day),
        Date = PartialDate.From(rates.Day).ToDate(),
        Rates =
        {
            rates.UnitsPerEuro.Select(rate =>
                new Wire.ExchangeRate { CurrencyCode = rate.Key, UnitsPerEuro = DecimalText.ToDecimal(rate.Value) }),
        },
        Sources = { sources },
    };
}
