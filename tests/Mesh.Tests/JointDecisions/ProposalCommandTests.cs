// At stake: a person can take a joint decision with the installed tools: the command line, or anything that speaks JSON. On a real mesh.
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Cli.Views;
using Mining.LocalMesh.Identity;
using Mining.Mesh.Tests.Access;
using Mining.Proposals.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.JointDecisions;

public sealed class ProposalCommandTests(MatrixMesh matrix) : IClassFixture<MatrixMesh>
{
    private const string Rename = """{"partnership": {"name": "partnerships/eu-us", "displayName": "Ours"}}""";

    private static readonly Persona Europe = Side.Officer("eu-officer", "EU");
    private static readonly Persona America = Side.Officer("us-officer", "US");

    [Fact]
    public async Task A_decision_is_taken_with_the_command_line()
    {
        var raised = await Mining(Europe, Rename, "proposals", "raise", "UpdatePartnership", "--reason", "A better name.");
        Assert.Equal((ExitCode.Ok, ""), (raised.Code, raised.Error));
        var name = raised.Output.Split(' ')[0];
        Assert.StartsWith("proposals/investors-", name, StringComparison.Ordinal);
        foreach (var part in (string[])["open: UpdatePartnership of partnerships/eu-us; needs US", "raised by local:eu-officer for EU", "A better name.", "\"displayName\": \"Ours\""])
            Assert.Contains(part, raised.Output, StringComparison.Ordinal);

        var id = name["proposals/".Length..];
        Assert.Contains(id, (await Mining(America, "", "proposals", "list", "--state", "open")).Output, StringComparison.Ordinal);
        Assert.Contains("\"@type\": \"type.googleapis.com/mining.investors.v1.UpdatePartnershipRequest\"", (await Mining(America, "", "proposals", "show", id, "--json")).Output, StringComparison.Ordinal);
        var approved = await Mining(America, "", "proposals", "approve", id, "--reason", "Yes.");
        Assert.Contains("taken effect: UpdatePartnership of partnerships/eu-us, version", approved.Output, StringComparison.Ordinal);
        Assert.Contains("approved by local:us-officer for US", approved.Output, StringComparison.Ordinal);
        var late = await Mining(America, "", "proposals", "reject", id, "--reason", "No.");
        Assert.Equal(ExitCode.ServerRefused, late.Code);
        Assert.Contains("PROPOSAL_NOT_OPEN", late.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_side_rejects_or_withdraws_with_the_command_line()
    {
        var first = await Raise();
        Assert.Contains("rejected by local:us-officer", (await Mining(America, "", "proposals", "reject", first, "--reason", "Not that one.")).Output, StringComparison.Ordinal);
        Assert.Contains("withdrawn by local:eu-officer", (await Mining(Europe, "", "proposals", "withdraw", await Raise())).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_arguments_are_reported_before_anything_is_sent()
    {
        Assert.Contains("\"Invest\" cannot be proposed", (await Mining(Europe, Rename, "proposals", "raise", "Invest", "--reason", "x")).Error.Replace('\'', '"'), StringComparison.Ordinal);
        var wrong = await Mining(Europe, """{"partnerschip": {}}""", "proposals", "raise", "UpdatePartnership", "--reason", "x");
        Assert.Equal(ExitCode.Usage, wrong.Code);
        Assert.Contains("is not a valid UpdatePartnershipRequest", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Mining(Europe, "", "proposals", "raise", "ChangeStage", "--reason", "x", "--file", "no-such-file.json")).Code);
    }

    [Fact]
    public async Task A_watch_shows_new_proposals()
    {
        using var interrupt = new CancellationTokenSource();
        using var output = new StringWriter();
        var watching = Run(America, output, TextWriter.Null, TextReader.Null, interrupt.Token, "proposals", "watch");
        var id = await Raise();
        await Eventually.True(
            () => Task.FromResult(Text().Contains($"proposals/{id} open: UpdatePartnership of partnerships/eu-us; needs US", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30),
            () => $"the watch has shown only:\n{Text()}");
        await interrupt.CancelAsync();
        Assert.Equal(ExitCode.Ok, await watching);

        string Text()
        {
            lock (output)
                return output.ToString();
        }
    }

    [Fact]
    public async Task All_output_is_available_as_JSON()
    {
        using var europe = Http(Europe);
        using var america = Http(America);
        using var raised = await europe.PostAsJsonAsync("/v1/proposals", new Dictionary<string, object>
        {
            ["command"] = new Dictionary<string, object>
            {
                ["@type"] = "type.googleapis.com/mining.investors.v1.UpdatePartnershipRequest",
                ["partnership"] = new { name = "partnerships/eu-us", displayName = "By JSON" },
            },
            ["reason"] = "Another name.",
        });
        var proposal = await Read(raised);
        var name = proposal.GetProperty("name").GetString();
        Assert.Equal("By JSON", proposal.GetProperty("command").GetProperty("partnership").GetProperty("displayName").GetString());
        using var listed = await america.GetAsync(new Uri("/v1/proposals?source=investors&states=PROPOSAL_STATE_OPEN&pageSize=1", UriKind.Relative));
        Assert.Equal(name, (await Read(listed)).GetProperty("proposals")[0].GetProperty("name").GetString());
        using var approved = await america.PostAsJsonAsync($"/v1/{name}:approve", new { reason = "Yes." });
        Assert.Equal("PROPOSAL_STATE_TAKEN_EFFECT", (await Read(approved)).GetProperty("state").GetString());
        using var got = await europe.GetAsync(new Uri($"/v1/{name}", UriKind.Relative));
        Assert.Equal(2, (await Read(got)).GetProperty("approvals").GetArrayLength());
    }

    [Fact]
    public async Task A_watch_ends_with_a_reason_when_the_service_stops_and_resumes_with_the_open_proposals()
    {
        var id = await Raise();
        using var side = new Side(matrix.Mesh, America);
        using (var watch = side.Proposals.WatchProposals(new() { Source = "investors" }))
        {
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(0, await matrix.Mesh.Investors.Stop());
            await Refused.By(
                async () =>
                {
                    while (await watch.ResponseStream.MoveNext(CancellationToken.None))
                    {
                    }
                },
                StatusCode.Unavailable,
                "SERVICE_STOPPING");
        }

        await matrix.Mesh.Investors.Start();
        using var again = side.Proposals.WatchProposals(new() { Source = "investors" });
        var seen = new List<string>();
        while (await again.ResponseStream.MoveNext(CancellationToken.None) && again.ResponseStream.Current.Proposal is { } proposal)
            seen.Add(proposal.Name);
        Assert.Contains($"proposals/{id}", seen);
    }

    private static async Task<JsonElement> Read(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private HttpClient Http(Persona persona) => new()
    {
        BaseAddress = new Uri(matrix.Mesh.Gateway.Address),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Shared.TokenFor(persona)) },
    };

    private async Task<string> Raise()
    {
        using var europe = new Side(matrix.Mesh, Europe);
        var command = Google.Protobuf.JsonParser.Default.Parse<Investors.V1.UpdatePartnershipRequest>(Rename);
        return (await europe.Raise(command, "To be seen.")).Name["proposals/".Length..];
    }

    private async Task<(int Code, string Output, string Error)> Mining(Persona persona, string input, params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Run(persona, output, error, new StringReader(input), CancellationToken.None, command);
        return (code, output.ToString(), error.ToString());
    }

    private Task<int> Run(Persona persona, TextWriter output, TextWriter error, TextReader input, CancellationToken cancellation, params string[] command)
    {
        var token = TestIssuer.Shared.TokenFor(persona);
        var context = new CommandContext(
            Terminal.Create(output), TextWriter.Synchronized(output), error, name => name == "MINING_TOKEN" ? token : null, TimeProvider.System)
        { Input = input };
        return MiningCommandLine.Run([.. command, "--address", matrix.Mesh.Gateway.Address], context, cancellation);
    }
}
