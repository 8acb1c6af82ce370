using System.Collections.Frozen;
using Mining.Primitives.Catalogues;

namespace Mining.Primitives.Numbers;

/// <summary>
/// An ISO 4217 currency: its code and the number of decimals of its minor unit (EUR 2, JPY 0, KWD 3). <c>currencies.csv</c> in the
/// catalogues lists the known currencies.
/// </summary>
public readonly record struct Currency(string Code, int MinorDigits)
{
    private static readonly (Currency Currency, string Name)[] Loaded = [.. DataFile.Rows("currencies.csv", "code", "minor_digits", "name")
        .Select(row => (new Currency(row[0], row[1][0] - '0'), row[2]))];

    private static readonly FrozenDictionary<string, Currency> ByCode =
        Loaded.Select(entry => entry.Currency).ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    /// <summary>All currencies, ordered by code.</summary>
    public static IReadOnlyList<Currency> All { get; } = [.. ByCode.Values.OrderBy(currency => currency.Code, StringComparer.Ordinal)];

    /// <summary>Minor units per major unit: 1, 100 or 1 000.</summary>
    public long MinorUnitsPerMajorUnit => MinorDigits switch
    {
        0 => 1,
        2 => 100,
        3 => 1_000,
        _ => throw new InvalidOperationException($"A currency has 0, 2 or 3 minor digits, but {Code} has {MinorDigits}."),
    };

    /// <summary>Finds the currency with exactly this code: three upper-case letters.</summary>
    public static bool TryGet(string? code, out Currency currency)
    {
        currency = default;
        return code is not null && ByCode.TryGetValue(code, out currency);
    }

    /// <summary>Returns the currency of a validated code. Throws <see cref="ArgumentException"/> if it is unknown.</summary>
    public static Currency Get(string code) =>
        TryGet(code, out var currency) ? currency : throw new ArgumentException(Refusal(code), nameof(code));

    /// <summary>Codes of at most three currencies that the text may mean, by edit distance to codes and names.</summary>
    public static IReadOnlyList<string> NearMatches(string? text) => NearMatch.OfSpellings(
        text, Loaded.SelectMany(entry => new[] { (entry.Currency.Code, entry.Currency.Code), (entry.Name, entry.Currency.Code) }));

    /// <summary>The error text for an unknown code, with suggestions.</summary>
    public static string Refusal(string? code) =>
        $"{Quote.Of(code)} is not an ISO 4217 currency code{NearMatch.Ending(NearMatches(code))}";

    public override string ToString() => Code ?? "";
}
