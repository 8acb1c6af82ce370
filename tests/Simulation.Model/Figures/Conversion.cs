using System.Numerics;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Figures;

/// <summary>A currency has no rate on or before the rate date, so the figure cannot be computed.</summary>
public sealed class NoRateException(string currency, DateOnly rateDate) : Exception($"{currency} has no rate on or before {rateDate:yyyy-MM-dd}.")
{
    public string Currency => currency;
}

/// <summary>Converts sums of minor units at the latest rates on or before a date, exactly, and rounds once.</summary>
internal sealed class Conversion(IReadOnlyList<ExchangeRateTable> tables, string reportingCurrency, DateOnly rateDate)
{
    /// <summary>Rates have at most ten decimals, so a rate times 10^10 is a whole number.</summary>
    private const decimal RateUnits = 10_000_000_000m;

    private readonly SortedDictionary<string, RateUsed> used = new(StringComparer.Ordinal);

    public string ReportingCurrency => reportingCurrency;

    /// <summary>The rates used so far, ordered by currency. The euro has none.</summary>
    public IEnumerable<RateUsed> Used => used.Values;

    /// <summary>A figure in the reporting currency: sums by currency, converted, added up and rounded half to even.</summary>
    public BigInteger Cell(IEnumerable<KeyValuePair<string, BigInteger>> sums)
    {
        var (numerator, denominator) = Exact(sums, reportingCurrency);
        var whole = BigInteger.DivRem(numerator, denominator, out var remainder);
        var twice = remainder * 2;
        return twice > denominator || (twice == denominator && !whole.IsEven) ? whole + 1 : whole;
    }

    /// <summary>Sums by currency as a fraction of minor units of one currency.</summary>
    public (BigInteger Numerator, BigInteger Denominator) Exact(IEnumerable<KeyValuePair<string, BigInteger>> sums, string into)
    {
        var (numerator, denominator) = (BigInteger.Zero, BigInteger.One);
        foreach (var (currency, sum) in sums.Where(entry => !entry.Value.IsZero))
        {
            if (currency == into)
            {
                // Nothing is converted, so no rate is needed.
                numerator += sum * denominator;
                continue;
            }

            var up = sum * Rate(into) * BigInteger.Pow(10, Catalogue.MinorDigits[into]);
            var down = Rate(currency) * BigInteger.Pow(10, Catalogue.MinorDigits[currency]);
            (numerator, denominator) = ((numerator * down) + (up * denominator), denominator * down);
        }

        return (numerator, denominator);
    }

    private BigInteger Rate(string currency)
    {
        if (currency == "EUR")
            return new BigInteger(RateUnits);
        if (!used.TryGetValue(currency, out var rate))
            used[currency] = rate = Find(currency);
        return new BigInteger(rate.UnitsPerEuro.Value() * RateUnits);
    }

    private RateUsed Find(string currency)
    {
        var table = tables.Where(table => table.Date.FirstDay() <= rateDate && table.Rates.Any(rate => rate.CurrencyCode == currency))
            .MaxBy(table => table.Date.FirstDay()) ?? throw new NoRateException(currency, rateDate);
        return new RateUsed
        {
            CurrencyCode = currency,
            UnitsPerEuro = table.Rates.Single(rate => rate.CurrencyCode == currency).UnitsPerEuro,
            Date = table.Date,
            AgeDays = rateDate.DayNumber - table.Date.FirstDay().DayNumber,
        };
    }
}
