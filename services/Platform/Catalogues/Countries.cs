using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mining.Platform.Catalogues;

/// <summary>A country by its ISO 3166-1 alpha-2 code, with its short English name.</summary>
public sealed record Country(string Code, string Name);

/// <summary>
/// The countries of ISO 3166-1, and <c>EU</c> (institutions of the European Union) and <c>XK</c> (Kosovo); see <c>countries.csv</c>.
/// </summary>
public static class Countries
{
    private static readonly (Country Country, string[] OtherNames)[] Loaded = [.. DataFile
        .Rows("countries.csv", "code", "name", "other_names")
        .Select(row => (new Country(row[0], row[1]), DataFile.Parts(row[2])))];

    private static readonly FrozenDictionary<string, Country> ByCode =
        Loaded.Select(entry => entry.Country).ToFrozenDictionary(country => country.Code, StringComparer.Ordinal);

    /// <summary>Every country, ordered by code.</summary>
    public static IReadOnlyList<Country> All { get; } = [.. ByCode.Values.OrderBy(country => country.Code, StringComparer.Ordinal)];

    /// <summary>The country of exactly this code: two capital letters.</summary>
    public static bool TryGet(string? code, [NotNullWhen(true)] out Country? country)
    {
        country = null;
        return code is not null && ByCode.TryGetValue(code, out country);
    }

    /// <summary>The codes of at most three countries that the text may mean, by edit distance over codes and names.</summary>
    public static IReadOnlyList<string> NearMatches(string? text) => NearMatch.OfSpellings(
        text,
        Loaded.SelectMany(entry =>
            entry.OtherNames.Append(entry.Country.Name).Append(entry.Country.Code).Select(name => (name, entry.Country.Code))));

    /// <summary>Why a code is refused, with what may have been meant.</summary>
    public static string Refusal(string? code) =>
        $"{Quote.Of(code)} is not an ISO 3166-1 alpha-2 country code{NearMatch.Ending(NearMatches(code))}";
}
