using System.Collections.Frozen;
using Mining.Platform.Catalogues;

namespace Mining.Platform.Numbers;

/// <summary>
/// A currency of ISO 4217: its code, and how many decimals its minor unit has (EUR 2, JPY 0, KWD 3).
/// Which ones are known, and why, stands in <c>currencies.csv</c> of the catalogues.
/// </summary>
public readonly record struct Currency(string Code, int MinorDigits)
{
    private static readonly (Currency Currency, string Name)[] Loaded = [.. DataFile.Rows("currencies.csv", "code", "minor_digits", "name")
        .Select(row => (new Currency(row[0], row[1][0] - '0'), row[2]))];

    private static readonly FrozenDictionary<string, Currency> ByCode =
        Loaded.Select(entry => entry.Currency).ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    /// <summary>Every currency, ordered by code.</summary>
    public static IReadOnlyList<Currency> All { get; } = [.. ByCode.Values.OrderBy(currency => currency.Code, StringComparer.Ordinal)];

    /// <summary>How many minor units make one major unit: 1, 100 or 1 000.</summary>
    public long MinorUnitsPerMajorUnit => MinorDigits switch
    {
        0 => 1,
        2 => 100,
        3 => 1_000,
        _ => throw new InvalidOperationException($"A currency has 0, 2 or 3 minor digits, and {Code} says {MinorDigits}."),
    };

    /// <summary>The currency of exactly this code: three capital letters.</summary>
    public static bool TryGet(string? code, out Currency currency)
    {
        currency = default;
        return code is not null && ByCode.TryGetValue(code, out currency);
    }

    /// <summary>The currency of a code that was checked before; throws <see cref="ArgumentException"/> on an unknown one.</summary>
    public static Currency Get(string code) =>
        TryGet(code, out var currency) ? currency : throw new ArgumentException(Refusal(code), nameof(code));

    /// <summary>The codes of at most three currencies that the text may mean, by edit distance over codes and names.</summary>
    public static IReadOnlyList<string> NearMatches(string? text) => NearMatch.OfSpellings(
        text, Loaded.SelectMany(entry => new[] { (entry.Currency.Code, entry.Currency.Code), (entry.Name, entry.Currency.Code) }));

    /// <summary>Why a code is refused, with what may have been meant.</summary>
    public static string Refusal(string? code) =>
        $"{Quote.Of(code)} is not an ISO 4217 currency code{NearMatch.Ending(NearMatches(code))}";

    public override string ToString() => Code ?? "";
}
