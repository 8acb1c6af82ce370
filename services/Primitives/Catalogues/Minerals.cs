using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mining.Primitives.Catalogues;

/// <summary>
/// A mineral, or a group of minerals such as <c>rare-earths</c>, with the lists it is on. A group is on a list if any member is.
/// </summary>
/// <param name="Id">Stable kebab-case id, used in the API and the databases.</param>
/// <param name="DisplayName">Display name.</param>
/// <param name="Aliases">Other names and symbols that an import accepts.</param>
/// <param name="IsEuCritical">On Annex II of Regulation (EU) 2024/1252.</param>
/// <param name="IsEuStrategic">On Annex I of Regulation (EU) 2024/1252.</param>
/// <param name="IsUsgsCritical">On the final 2025 List of Critical Minerals of the U.S. Geological Survey.</param>
public sealed record Mineral(
    string Id, string DisplayName, IReadOnlyList<string> Aliases, bool IsEuCritical, bool IsEuStrategic, bool IsUsgsCritical)
{
    /// <summary>The id, the display name and the aliases.</summary>
    internal IEnumerable<string> Spellings => [Id, DisplayName, .. Aliases];
}

/// <summary>The minerals that the mesh knows. <c>minerals.csv</c> lists the sources.</summary>
public static class Minerals
{
    private static readonly FrozenDictionary<string, Mineral> ById =
        Load().ToFrozenDictionary(mineral => mineral.Id, StringComparer.Ordinal);

    /// <summary>Throws if two minerals share a spelling, because an import would have to guess.</summary>
    private static readonly FrozenDictionary<string, Mineral> BySpelling = ById.Values
        .SelectMany(mineral => mineral.Spellings
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(spelling => KeyValuePair.Create(spelling, mineral)))
        .ToDictionary(StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>All minerals, ordered by id.</summary>
    public static IReadOnlyList<Mineral> All { get; } = [.. ById.Values.OrderBy(mineral => mineral.Id, StringComparer.Ordinal)];

    /// <summary>Finds the mineral with exactly this id.</summary>
    public static bool TryGet(string? id, [NotNullWhen(true)] out Mineral? mineral)
    {
        mineral = null;
        return id is not null && ById.TryGetValue(id, out mineral);
    }

    /// <summary>Finds the mineral with this id, display name or alias, ignoring case and surrounding spaces. For imports.</summary>
    public static bool TryFind(string? nameOrAlias, [NotNullWhen(true)] out Mineral? mineral)
    {
        mineral = null;
        return nameOrAlias is not null && BySpelling.TryGetValue(nameOrAlias.Trim(), out mineral);
    }

    /// <summary>Ids of at most three minerals that the text may mean, by edit distance to ids, names and aliases.</summary>
    public static IReadOnlyList<string> NearMatches(string? text) =>
        NearMatch.OfSpellings(text, BySpelling.Select(entry => (entry.Key, entry.Value.Id)));

    /// <summary>The error text for an unknown id, with suggestions.</summary>
    public static string Refusal(string? id) => $"{Quote.Of(id)} is not a mineral in the catalogue{NearMatch.Ending(NearMatches(id))}";

    private static IEnumerable<Mineral> Load() => DataFile
        .Rows("minerals.csv", "id", "name", "aliases", "eu_critical", "eu_strategic", "usgs_critical")
        .Select(row => new Mineral(row[0], row[1], DataFile.Parts(row[2]), row[3] != "", row[4] != "", row[5] != ""));
}
