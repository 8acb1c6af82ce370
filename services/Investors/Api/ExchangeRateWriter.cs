using Mining.Common.V1;
using Mining.Investors.Domain;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Converts the rates of a day to the wire type.</summary>
public static class ExchangeRateWriter
{
    /// <summary>The name of a day's table.</summary>
    public static string NameOf(DateOnly day) => ResourceNames.ExchangeRateTables.Name(day.ToString("O", null));

    /// <summary>Creates a table of these rates. Its version and times are set later.</summary>
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
