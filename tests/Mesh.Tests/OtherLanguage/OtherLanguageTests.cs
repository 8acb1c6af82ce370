// At stake: internal systems in other languages. A Node client with only an address and two packages learns the API from the gateway by
// reflection, and reads the same summary as a generated client.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Mining.Mesh.Tests.SampleFigures;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.OtherLanguage;

[Collection(SampleMeshUsers.Name)]
public sealed class OtherLanguageTests(SampleMesh sample)
{
    private const string UseDev = "Use ./dev test: it installs the packages of tests/tools/package.json with npm.";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_client_that_learns_the_API_by_reflection_reads_the_summary()
    {
        var answer = await Node("USD");
        Assert.Superset(
            new HashSet<string?>
            {
                "mining.portfolio.v1.PortfolioService", "mining.projects.v1.ProjectService", "mining.investors.v1.InvestorService",
                "mining.refining.v1.RefiningService", "mining.changes.v1.ChangeFeedService", "mining.changes.v1.AuditService",
            },
            answer["services"]!.AsArray().Select(service => (string?)service).ToHashSet());

        var expected = await sample.Mesh.Portfolio.GetPortfolioSummaryAsync(new() { Query = new() { ReportingCurrency = "USD" } });
        var summary = answer["summary"]!;
        Assert.Equal("USD", (string?)summary["reporting_currency"]);
        Assert.Equal(141, (int)summary["project_count"]!);
        foreach (var (tables, name) in new[] { (expected.AllProjects, "all_projects"), (expected.JointProjects, "joint_projects") })
        {
            foreach (var (table, i) in tables.Select((table, i) => (table, i)))
            {
                var read = summary[name]![i]!;
                Assert.Equal(Text(table.Total.Units), (string?)read["total"]!["units"]);
                foreach (var (side, j) in table.Sides.Select((side, j) => (side, j)))
                {
                    var readSide = read["sides"]![j]!;
                    Assert.Equal(
                        (side.SideId, Text(side.Amount.Units), side.Amount.Nanos, side.SharePpm),
                        ((string)readSide["side_id"]!, (string)readSide["amount"]!["units"]!, (int)readSide["amount"]!["nanos"]!, (int)readSide["share_ppm"]!));
                }
            }
        }

        static string Text(long units) => units.ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_refusal_reaches_the_client_with_its_details()
    {
        var refusal = (await Node(""))["refusal"]!;
        Assert.Equal(3, (int)refusal["code"]!);
        Assert.Contains("EURO", (string)refusal["details"]!, StringComparison.Ordinal);
        Assert.True((bool)refusal["has_status"]!);
    }

    private async Task<JsonNode> Node(string currency)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "tests", "tools", "package.json")))
            root = root.Parent;
        Assert.True(root is not null, $"{AppContext.BaseDirectory} is not inside the repository.");
        var tools = Path.Combine(root.FullName, ".build", "tools");
        Assert.True(Directory.Exists(Path.Combine(tools, "node_modules", "grpc-js-reflection-client")), $"The packages for Node are missing. {UseDev}");
        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(root.FullName, "tests", "Mesh.Tests", "OtherLanguage", "summary.mjs"), tools, new Uri(sample.Mesh.Gateway.Address).Authority, currency },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MINING_TOKEN"] = TestIssuer.Shared.TokenFor(TestIssuer.Developer);
        using var node = Start(start);
        using var enough = new CancellationTokenSource(Timeout);
        var output = node.StandardOutput.ReadToEndAsync(enough.Token);
        var errors = node.StandardError.ReadToEndAsync(enough.Token);
        try
        {
            await node.WaitForExitAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            Assert.Fail($"node did not end within {Timeout}.");
        }

        Assert.True(node.ExitCode == 0, $"node exited with {node.ExitCode}: {await errors}");
        return JsonNode.Parse(await output)!;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"Node.js is missing. {UseDev}", missing);
        }
    }
}
