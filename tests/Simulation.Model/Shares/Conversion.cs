using System.Numerics;
using Mining.Investors.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Shares;

/// <summary>Converts sums of minor units at the latest rates on or before a date, exactly, and rounds once.</summary>
internal sealed class Conversion(IReadOnlyList<ExchangeRateTable> tables, string reportingCurrency, DateOnly rateDate)
{
    /// <summary>Rates have at most ten digits after the point, so ten thousand millions of a rate are a whole number.</summary>
    private const decimal RateUnits = 10_000_000_000m;

    public long Cell(IReadOnlyDictionary<string, BigInteger> sums)
    {
        // A sum of fractions over one common denominator.
        var (numerator, denominator) = (BigInteger.Zero, BigInteger.One);
        foreach (var (currency, sum) in sums.Where(entry => !entry.Value.IsZero))
        {
            if (currency == reportingCurrency)
            {
                // Nothing is converted, so no rate is needed.
                numerator += sum * denominator;
                continue;
            }

            var up = sum * Rate(reportingCurrency) * BigInteger.Pow(10, Catalogue.MinorDigits[reportingCurrency]);
            var down = Rate(currency) * BigInteger.Pow(10, Catalogue.MinorDigits[currency]);
            (numerator, denominator) = ((numerator * down) + (up * denominator), denominator * down);
        }

        return (long)RoundedHalfEven(numerator, denominator);
    }

    private BigInteger Rate(string currency)
    {
        if (currency == "EUR")
            return new BigInteger(RateUnits);
        var latest = tables
            .Where(table => table.Date.FirstDay() <= rateDate)
            .OrderByDescending(table => table.Date.FirstDay())
            .SelectMany(table => table.Rates)
            .FirstOrDefault(rate => rate.CurrencyCode == currency);
        return latest is null ? throw new NoRateException(currency, rateDate) : new BigInteger(latest.UnitsPerEuro.Value() * RateUnits);
    }

    private static BigInteger RoundedHalfEven(BigInteger numerator, BigInteger denominator)
    {
        var whole = BigInteger.DivRem(numerator, denominator, out var remainder);
        var twice = remainder * 2;
        return twice > denominator || (twice == denominator && !whole.IsEven) ? whole + 1 : whole;
    }
}
