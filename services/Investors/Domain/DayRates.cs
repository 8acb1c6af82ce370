using System.Collections.Immutable;
using Mining.Primitives.Catalogues;
using Mining.Primitives.Numbers;

namespace Mining.Investors.Domain;

/// <summary>The reference rates of one day: units per euro, ordered by currency code.</summary>
public sealed record DayRates(DateOnly Day, ImmutableSortedDictionary<string, decimal> UnitsPerEuro)
{
    /// <summary>Maximum number of currencies per day.</summary>
    public const int MaxRates = 200;

    private const int MaxDecimals = 10;
    private const decimal Beyond = 1_000_000_000_000m; // 12 digits before the decimal point

    /// <summary>A day without rates.</summary>
    public static DayRates None(DateOnly day) => new(day, ImmutableSortedDictionary.Create<string, decimal>(StringComparer.Ordinal));

    /// <summary>Whether this day has all of the other's rates with the same values.</summary>
    public bool Has(DayRates other) =>
        other.UnitsPerEuro.All(rate => UnitsPerEuro.TryGetValue(rate.Key, out var present) && present == rate.Value);

    /// <summary>Merges the other's rates into these. Rates of other currencies stay.</summary>
    public DayRates With(DayRates other) => this with { UnitsPerEuro = UnitsPerEuro.SetItems(other.UnitsPerEuro) };

    /// <summary>
    /// Why a currency cannot have a rate, or empty. Any three letters are allowed, because the history contains currencies that no longer
    /// exist.
    /// </summary>
    public static string ProblemOf(string currencyCode) =>
        currencyCode is not { Length: 3 } || currencyCode.AsSpan().ContainsAnyExceptInRange('A', 'Z')
            ? $"{Quote.Of(currencyCode)} is not a currency code: three upper-case letters."
        : currencyCode == "EUR" ? "EUR is the base of all rates and has no rate of its own."
        : "";

    /// <summary>Reads a rate: positive, with at most 12 digits before and 10 after the decimal point.</summary>
    public static bool TryReadRate(string text, out decimal rate, out string problem)
    {
        if (!DecimalText.TryParse(text, out rate, out problem))
            return false;
        problem = rate <= 0 ? $"{Quote.Of(text)} is not positive."
            : rate >= Beyond || rate.Scale > MaxDecimals ? $"{Quote.Of(text)} has more than 12 digits before or 10 after the decimal point."
            : "";
        return problem.Length == 0;
    }
}
