using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mining.Platform.Catalogues;

/// <summary>
/// A mineral, or a group of minerals such as <c>rare-earths</c>, with the lists it is on. A group is on a list when a member is.
/// </summary>
/// <param name="Id">Kebab-case and stable: what the API and the databases hold.</param>
/// <param name="DisplayName">For people.</param>
/// <param name="Aliases">Other names and symbols, which an import accepts.</param>
/// <param name="IsEuCritical">On Annex II of Regulation (EU) 2024/1252.</param>
/// <param name="IsEuStrategic">On Annex I of Regulation (EU) 2024/1252.</param>
/// <param name="IsUsgsCritical">On the final 2025 List of Critical Minerals of the U.S. Geological Survey.</param>
public sealed record Mineral(
    string Id, string DisplayName, IReadOnlyList<string> Aliases, bool IsEuCritical, bool IsEuStrategic, bool IsUsgsCritical)
{
    /// <summary>The id, the display name and the aliases.</summary>
    internal IEnumerable<string> Spellings => [Id, DisplayName, .. Aliases];
}

/// <summary>The minerals that the mesh knows. Their sources, and how they were read, stand in <c>minerals.csv</c>.</summary>
public static class Minerals
{
    private static readonly FrozenDictionary<string, Mineral> ById =
        Load().ToFrozenDictionary(mineral => mineral.Id, StringComparer.Ordinal);

    /// <summary>Two minerals that share a spelling would make an import guess: such a file does not load.</summary>
    private static readonly FrozenDictionary<string, Mineral> BySpelling = ById.Values
        .SelectMany(mineral => mineral.Spellings
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(spelling => KeyValuePair.Create(spelling, mineral)))
        .ToDictionary(StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every mineral, ordered by id.</summary>
    public static IReadOnlyList<Mineral> All { get; } = [.. ById.Values.OrderBy(mineral => mineral.Id, StringComparer.Ordinal)];

    /// <summary>The mineral of exactly this id.</summary>
    public static bool TryGet(string? id, [NotNullWhen(true)] out Mineral? mineral)
    {
        mineral = null;
        return id is not null && ById.TryGetValue(id, out mineral);
    }

    /// <summary>The mineral of this id, display name or alias, letter case and outer spaces aside: for imports.</summary>
    public static bool TryFind(string? nameOrAlias, [NotNullWhen(true)] out Mineral? mineral)
    {
        mineral = null;
        return nameOrAlias is not null && BySpelling.TryGetValue(nameOrAlias.Trim(), out mineral);
    }

    /// <summary>The ids of at most three minerals that the text may mean, by edit distance over ids, names and aliases.</summary>
    public static IReadOnlyList<string> NearMatches(string? text) =>
        NearMatch.OfSpellings(text, BySpelling.Select(entry => (entry.Key, entry.Value.Id)));

    /// <summary>Why an id is refused, with what may have been meant.</summary>
    public static string Refusal(string? id) => $"{Quote.Of(id)} is not a mineral in the catalogue{NearMatch.Ending(NearMatches(id))}";

    private static IEnumerable<Mineral> Load() => DataFile
        .Rows("minerals.csv", "id", "name", "aliases", "eu_critical", "eu_strategic", "usgs_critical")
        .Select(row => new Mineral(row[0], row[1], DataFile.Parts(row[2]), row[3] != "", row[4] != "", row[5] != ""));
}
