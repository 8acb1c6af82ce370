// At stake: a newcomer who can read one folder without all the others. Dependencies between folders point one way, domain code is pure, and
// the command line does not load the server.
using System.Text.Json;
using System.Text.RegularExpressions;
using Mining.Investors.Api;
using Mining.Platform.Hosting;
using Mining.Projects.Api;
using Mining.Refining.Api;
using Xunit;
using Assembly = System.Reflection.Assembly;

namespace Mining.Architecture.Tests;

public sealed partial class ArchitectureTests
{
    [Theory]
    [InlineData("Mining.Primitives")]
    [InlineData("Mining.Platform")]
    [InlineData("Mining.Gateway")]
    public void Dependencies_between_folders_have_no_cycle(string name)
    {
        var uses = Dependencies.In(Assembly.Load(name));
        Assert.Contains(uses, use => use.From.StartsWith($"{name}.", StringComparison.Ordinal));
        AssertNone(Dependencies.Cycles(uses.Concat(Dependencies.InSource(name)), name));
    }

    [Fact]
    public void Only_the_composition_root_uses_Hosting() => AssertNone(Dependencies.In(typeof(MeshService).Assembly)
        .Concat(Dependencies.InSource("Mining.Platform"))
        .Where(use => IsHosting(use.To) && !IsHosting(use.From)));

    [Fact]
    public void Domain_code_uses_no_database_no_clock_and_no_proto_service()
    {
        var uses = Dependencies
            .In(typeof(ProjectGrpcService).Assembly, typeof(InvestorGrpcService).Assembly, typeof(RefiningGrpcService).Assembly)
            .Where(use => DomainType().IsMatch(use.From)).ToList();
        Assert.Equal(3, uses.Select(use => use.From.Split('.')[1]).Distinct().Count());
        AssertNone(uses.Where(use => Impure().IsMatch(use.To)));
    }

    [Theory]
    [InlineData("Cli", "mining.primitives", "mining.protos")]
    [InlineData("Primitives", "mining.protos")]
    public void A_program_without_a_server_references_no_other_project(string name, params string[] projects)
    {
        // The lock file has every reference, also those that come with another one, and those that no code uses.
        var file = Path.Combine(Dependencies.Root, "services", name, "packages.lock.json");
        using var locked = JsonDocument.Parse(File.ReadAllText(file));
        var frameworks = locked.RootElement.GetProperty("dependencies").EnumerateObject();
        var dependencies = frameworks.SelectMany(framework => framework.Value.EnumerateObject());
        var referenced = dependencies.Where(dependency => dependency.Value.GetProperty("type").GetString() == "Project");
        Assert.Equal(projects, referenced.Select(dependency => dependency.Name));
    }

    private static bool IsHosting(string type) => type.StartsWith("Mining.Platform.Hosting.", StringComparison.Ordinal);

    private static void AssertNone<T>(IEnumerable<T> found)
    {
        var text = string.Join('\n', found);
        Assert.True(text.Length == 0, text);
    }

    [GeneratedRegex(@"^Mining\.(Projects|Investors|Refining)\.Domain\.")]
    private static partial Regex DomainType();

    /// <summary>Databases and stores; clocks; gRPC services and clients.</summary>
    [GeneratedRegex(
        @"^(System\.Data|Microsoft\.Data|Dapper|Mining\.Platform\.(Storage|Commit)|Mining\.\w+\.Storage)\."
        + @"|^System\.(TimeProvider|Diagnostics\.Stopwatch|Threading\.Timer)$|^Mining\.Primitives\.Time\."
        + @"|^Mining\.\w+\.V1\.\w+Service([/+.]|$)|^Grpc\.(Net|AspNetCore|Core\.(ClientBase|ServerCallContext|CallInvoker|ChannelBase))")]
    private static partial Regex Impure();
}
