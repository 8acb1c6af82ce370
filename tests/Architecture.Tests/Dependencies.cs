using System.Text.RegularExpressions;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Mining.Architecture.Tests;

/// <summary>A type that uses another one, wherever it does: in a signature, a method body, an attribute.</summary>
/// <param name="From">The full name of the type that uses the other.</param>
/// <param name="To">The full name of the type that is used.</param>
internal sealed record Use(string From, string To)
{
    public override string ToString() => $"{From} uses {To}";
}

/// <summary>The dependencies between types, read from compiled assemblies.</summary>
internal static partial class Dependencies
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    /// <summary>Every use of one type by another one in these assemblies. Types of other assemblies appear as used only.</summary>
    public static IReadOnlyList<Use> In(params Assembly[] assemblies) =>
    [
        .. new ArchLoader().LoadAssemblies(assemblies).Build().Types
            .SelectMany(type => type.Dependencies.Select(dependency => new Use(type.FullName, dependency.Target.FullName)))
            .Where(use => use.From != use.To)
            .Distinct()
            .OrderBy(use => use.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>
    /// The namespaces that a project's source names, in using directives and in full names. They also reveal constants, which the compiler
    /// copies, and references in comments.
    /// </summary>
    public static IEnumerable<Use> InSource(string project)
    {
        var folder = Path.Combine(Root, "services", project["Mining.".Length..]);
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (Namespace().Match(text) is not { Success: true } declared)
                continue;
            foreach (Match named in FullName().Matches(text))
                yield return new Use($"{declared.Groups[1].Value}.{Path.GetFileNameWithoutExtension(file)}", $"{named.Value}.*");
        }
    }

    /// <summary>
    /// The dependencies that keep folders in a cycle, the rarest first; none if the folders form a directed acyclic graph. A folder is the
    /// part of the namespace after the root. Folders that use no other, and folders that none uses, are removed until only cycles remain.
    /// </summary>
    public static IReadOnlyList<string> Cycles(IEnumerable<Use> uses, string root)
    {
        var between = uses
            .Select(use => (From: FolderOf(use.From, root), To: FolderOf(use.To, root), Use: use))
            .Where(edge => edge.From is not null && edge.To is not null && edge.From != edge.To)
            .ToList();
        int before;
        do
        {
            before = between.Count;
            var users = between.Select(edge => edge.From).ToHashSet();
            between.RemoveAll(edge => !users.Contains(edge.To));
            var used = between.Select(edge => edge.To).ToHashSet();
            between.RemoveAll(edge => !used.Contains(edge.From));
        }
        while (between.Count < before);

        return
        [
            .. between.GroupBy(edge => (edge.From, edge.To)).OrderBy(pair => pair.Count())
                .Select(pair => $"{pair.Key.From} → {pair.Key.To}, {pair.Count()} times, for example {pair.First().Use}"),
        ];
    }

    private static string? FolderOf(string type, string root) =>
        type.StartsWith(root + ".", StringComparison.Ordinal) && type[(root.Length + 1)..].Split('.') is [var folder, _, ..] ? folder : null;

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?<!namespace )\bMining\.\w+\.\w+")]
    private static partial Regex FullName();
}
