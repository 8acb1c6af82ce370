using Mining.Investors.Domain;
using Mining.Platform.Errors;
using Mining.Primitives.Numbers;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Reads the rates of a day from the wire.</summary>
public static class ExchangeRateReader
{
    /// <summary>Reads the rates sent by a caller, with each currency listed once.</summary>
    public static DayRates Read(DateOnly day, IReadOnlyList<Wire.ExchangeRate> rates, string path, Violations violations)
    {
        if (rates.Count is 0 or > DayRates.MaxRates)
            violations.Add(path, $"has {rates.Count} entries; 1 to {DayRates.MaxRates} are allowed.");
        var read = DayRates.None(day).UnitsPerEuro.ToBuilder();
        for (var i = 0; i < Math.Min(rates.Count, DayRates.MaxRates); i++)
        {
            var (rate, at) = (rates[i], $"{path}[{i}]");
            if (DayRates.ProblemOf(rate.CurrencyCode) is { Length: > 0 } problem)
                violations.Add($"{at}.currency_code", problem);
            else if (!read.TryAdd(rate.CurrencyCode, 0))
                violations.Add($"{at}.currency_code", $"{rate.CurrencyCode} is listed more than once.");
            if (rate.UnitsPerEuro is null)
                violations.Add($"{at}.units_per_euro", "must be given.");
            else if (DayRates.TryReadRate(rate.UnitsPerEuro.Value, out var units, out var wrong))
                read[rate.CurrencyCode] = units;
            else
                violations.Add($"{at}.units_per_euro", wrong);
        }

        return new DayRates(day, read.ToImmutable());
    }

    /// <summary>Converts the rates of a stored table.</summary>
    public static DayRates ToDomain(DateOnly day, Wire.ExchangeRateTable? table)
    {
        var rates = DayRates.None(day).UnitsPerEuro.ToBuilder();
        foreach (var rate in table?.Rates ?? [])
        {
            if (!DecimalText.TryRead(rate.UnitsPerEuro, out var units, out var problem))
                throw new FormatException($"{table!.Name}, {rate.CurrencyCode}: {problem}");
            rates.Add(rate.CurrencyCode, units);
        }

        return new DayRates(day, rates.ToImmutable());
    }
}
