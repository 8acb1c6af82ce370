using System.Text.RegularExpressions;
using Mining.Platform.Catalogues;

namespace Mining.Gateway.Features;

/// <summary>The form of resource names: a collection, a slash, and an id of 1 to 63 lower-case letters, digits and hyphens.</summary>
internal static partial class ResourceName
{
    public static bool IsWellFormed(string name, string collection) =>
        name.Length > collection.Length && name.StartsWith(collection, StringComparison.Ordinal) && name[collection.Length] == '/'
        && Id().IsMatch(name.AsSpan(collection.Length + 1));

    public static string Refusal(string name, string collection) =>
        $"{Quote.Of(name)} is not of the form {collection}/id, with an id of 1 to 63 lower-case letters, digits and hyphens.";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
