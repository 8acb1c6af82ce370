using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mining.Primitives.Catalogues;

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

    /// <summary>All countries, ordered by code.</summary>
    public static IReadOnlyList<Country> All { get; } = [.. ByCode.Values.OrderBy(country => country.Code, StringComparer.Ordinal)];

    /// <summary>Finds the country with exactly this code: two upper-case letters.</summary>
    public static bool TryGet(string? code, [NotNullWhen(true)] out Country? country)
    {
        country = null;
        return code is not null && ByCode.TryGetValue(code, out country);
    }

    /// <summary>Codes of at most three countries that the text may mean, by edit distance to codes and names.</summary>
    public static IReadOnlyList<string> NearMatches(string? text) => NearMatch.OfSpellings(
        text,
        Loaded.SelectMany(entry =>
            entry.OtherNames.Append(entry.Country.Name).Append(entry.Country.Code).Select(name => (name, entry.Country.Code))));

    /// <summary>The error text for an unknown code, with suggestions.</summary>
    public static string Refusal(string? code) =>
        $"{Quote.Of(code)} is not an ISO 3166-1 alpha-2 country code{NearMatch.Ending(NearMatches(code))}";
}
