using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Mining.Gateway.Follow;
using Mining.LocalMesh.Run;
using Mining.Platform.Bus;
using Mining.Platform.Hosting;

namespace Mining.Deploy.Tests.Support;

/// <summary>What the services' own code says: who there is, who follows whom, which settings and metrics there are.</summary>
internal static class CodeModel
{
    private static readonly Lazy<IReadOnlyList<string>> Strings = new(() =>
        [.. ((Assembly[])[typeof(MeshService).Assembly, .. MeshLayout.Services.Select(AssemblyOf)]).SelectMany(StringsOf).Distinct()]);

    public static IReadOnlyList<string> Services => MeshLayout.Services;

    /// <summary>The names of all metrics.</summary>
    public static IReadOnlyList<string> Metrics =>
        [.. Strings.Value.Where(text => System.Text.RegularExpressions.Regex.IsMatch(text, @"^mining\.(relay|bus|commit|gateway)\.[a-z_]+$"))];

    /// <summary>Whether the service has a change log, and so a topic.</summary>
    public static bool Publishes(string service) => Uses(service, nameof(MeshService.AddChangeLog));

    /// <summary>Whom the service calls: for a feed, for a project that it has not heard of, or for what investors know.</summary>
    public static IReadOnlyList<string> Calls(string service) =>
        [.. Follows(service), .. Follows(service).Contains("investors") || !Uses(service, "InvestorServiceClient") ? [] : (string[])["investors"]];

    /// <summary>Whose changes the service follows.</summary>
    public static IReadOnlyList<string> Follows(string service) =>
        AssemblyOf(service) == typeof(PortfolioFollower).Assembly ? PortfolioFollower.Services
        : Uses(service, nameof(KnownProjects)) ? new KnownProjects(null!, null!, null!, null!, null!).Sources
        : [];

    /// <summary>Whether some code reads a setting, given as an environment variable.</summary>
    public static bool Reads(string variable)
    {
        var key = variable.Replace("__", ":", StringComparison.Ordinal);
        return key == "ConnectionStrings:Database"
            || Strings.Value.Contains(key)
            // A section, and a key in it.
            || key.Select((c, i) => (c, i)).Any(at => at.c == ':' && Strings.Value.Contains(key[..at.i]) && Strings.Value.Contains(key[(at.i + 1)..]))
            || Strings.Value.Any(text => text.EndsWith(':') && text.Length > "Mesh:".Length && key.StartsWith(text, StringComparison.Ordinal));
    }

    private static Assembly AssemblyOf(string service) => Assembly.Load($"Mining.{char.ToUpperInvariant(service[0])}{service[1..]}");

    /// <summary>Whether the program refers to a member or type of this name.</summary>
    private static bool Uses(string service, string name) => Read(AssemblyOf(service), reader =>
        reader.MemberReferences.Any(handle => reader.GetString(reader.GetMemberReference(handle).Name) == name)
        || reader.TypeReferences.Any(handle => reader.GetString(reader.GetTypeReference(handle).Name) == name));

    private static List<string> StringsOf(Assembly assembly) => Read(assembly, reader =>
    {
        var strings = new List<string>();
        // The first is the empty one at the heap's begin.
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = reader.GetNextHandle(handle))
            strings.Add(reader.GetUserString(handle));
        return strings;
    });

    private static T Read<T>(Assembly assembly, Func<MetadataReader, T> read)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        return read(file.GetMetadataReader());
    }
}
