using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Google.Protobuf.Reflection;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Shell;

/// <summary>
/// Enum values as people write them: <c>STAGE_PRE_FEASIBILITY</c> is <c>pre-feasibility</c>. The value 0, which the API calls
/// unspecified, is <c>unknown</c>.
/// </summary>
internal static class EnumNames
{
    private const string Unknown = "unknown";
    private const string UnspecifiedEnding = "UNSPECIFIED";

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Entry>> Entries = new();

    /// <summary>The friendly name, or the number if this program does not know the value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        EntriesOf(typeof(T)).FirstOrDefault(entry => entry.Value.Equals(value))?.Friendly ?? value.ToString();

    /// <summary>The friendly name of a value that a response gives by its full name, or the text itself if it is not such a name.</summary>
    public static string FormatWireName<T>(string text)
        where T : struct, Enum =>
        EntriesOf(typeof(T)).FirstOrDefault(entry => entry.WireName == text)?.Friendly ?? text;

    /// <summary>The full name that the API uses in texts.</summary>
    public static string GetWireName<T>(T value)
        where T : struct, Enum =>
        EntriesOf(typeof(T)).First(entry => entry.Value.Equals(value)).WireName;

    /// <summary>The friendly names of all values except the unspecified one, joined for a help text.</summary>
    public static string Choices<T>()
        where T : struct, Enum =>
        string.Join(", ", Known<T>());

    /// <summary>
    /// Parses the full name, or a friendly name in any letter case with hyphens, underscores or spaces. <c>unknown</c> is accepted only
    /// if <paramref name="acceptUnknown"/> is true.
    /// </summary>
    public static bool TryParse<T>(string text, bool acceptUnknown, out T value, [NotNullWhen(false)] out string? problem)
        where T : struct, Enum
    {
        var folded = Fold(text);
        var found = EntriesOf(typeof(T)).FirstOrDefault(entry => entry.Friendly == folded || Fold(entry.WireName) == folded);
        var isAccepted = found is not null && (acceptUnknown || found.Friendly != Unknown);
        value = isAccepted ? (T)found!.Value : default;
        problem = isAccepted ? null : Refusal<T>(text);
        return isAccepted;
    }

    private static string Refusal<T>(string text)
        where T : struct, Enum
    {
        var near = NearMatch.Of(Fold(text), Known<T>());
        return near.Count > 0
            ? $"{Quote.Of(text)} is unknown; did you mean {string.Join(" or ", near)}?"
            : $"{Quote.Of(text)} is not one of {Choices<T>()}.";
    }

    private static IEnumerable<string> Known<T>() => EntriesOf(typeof(T)).Select(entry => entry.Friendly).Where(name => name != Unknown);

    private static string Fold(string text) => text.Trim().Replace('_', '-').Replace(' ', '-').ToLowerInvariant();

    private static IReadOnlyList<Entry> EntriesOf(Type type) => Entries.GetOrAdd(type, static type =>
    {
        var values = type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (Value: field.GetValue(null)!, WireName: field.GetCustomAttribute<OriginalNameAttribute>()!.Name))
            .ToList();
        var unspecified = values.First(value => value.WireName.EndsWith(UnspecifiedEnding, StringComparison.Ordinal)).WireName;
        var prefixLength = unspecified.Length - UnspecifiedEnding.Length;
        return
        [
            .. values.Select(value => new Entry(
                value.Value, value.WireName, value.WireName == unspecified ? Unknown : Fold(value.WireName[prefixLength..]))),
        ];
    });

    private sealed record Entry(object Value, string WireName, string Friendly);
}
