// At stake: commands never wait for the sidecar, the gateway always answers, and every consumer catches up after an outage. Tested on real
// processes that are killed like in a power cut.
using Google.Type;
using Grpc.Core;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests;

public sealed class FaultOnSqlServerTests() : FaultSuite(TestStorage.SqlServer);

/// <summary>SQLite only, including faults of its file.</summary>
public sealed class FaultTests() : FaultSuite(TestStorage.Sqlite)
{
    [Fact]
    public async Task A_damaged_checkpoint_is_rebuilt_from_the_feeds_and_logged()
    {
        await CreateProject("kept");
        await Mesh.CaughtUp();
        await Eventually.True(() => CheckpointHas("projects", 1), SilenceTimeout, () => Mesh.Log);
        await Mesh.Gateway.Kill();
        foreach (var file in Directory.GetFiles(Mesh.Gateway.Folder, "gateway.db*"))
            await File.WriteAllBytesAsync(file, "this is no database, and long enough to be taken for one"u8.ToArray());

        await Mesh.Gateway.Start();
        await Mesh.CaughtUp();
        Assert.Equal("projects/kept", (await Dossier("kept")).Project.Name);
        Assert.Contains("rebuilding the read model from the feeds", Mesh.Gateway.Log, StringComparison.Ordinal);
    }
}

public abstract class FaultSuite(TestStorage storage) : IAsyncLifetime
{
    protected static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(30);

    private readonly MeshProcesses mesh = new(storage: storage.SkipUnlessAvailable());

    protected MeshProcesses Mesh => mesh;

    public async ValueTask InitializeAsync() => await mesh.Start();

    public async ValueTask DisposeAsync()
    {
        await mesh.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task With_the_sidecar_stopped_commands_succeed_and_consumers_catch_up_later()
    {
        await CreateProject("before");
        await mesh.Sidecar.Kill();
        await CreateProject("without-sidecar");
        // Investors has not received the project by event, so it asks.
        await CreateInvestor("bank");
        await CreateCommitment("c1", "without-sidecar", 100);
        await mesh.CaughtUp();
        Assert.Equal(100, (await Dossier("without-sidecar")).Shares[0].Total.Units);

        await mesh.Sidecar.Start();
        await CreateCommitment("c2", "without-sidecar", 50);
        await mesh.CaughtUp();
        Assert.Equal(150, (await Dossier("without-sidecar")).Shares[0].Total.Units);
        // The changes committed in between are published now, and counted once.
        await Eventually.True(async () => await Published("projects") >= await mesh.LastSequence("projects"), SilenceTimeout, () => mesh.Log);
        Assert.Equal(150, (await Dossier("without-sidecar")).Shares[0].Total.Units);
    }

    [Fact]
    public async Task With_a_service_stopped_the_gateway_answers_and_reports_how_stale_its_data_is()
    {
        await CreateProject("known");
        await mesh.CaughtUp();
        await mesh.Projects.Kill();
        await Eventually.True(async () => (await mesh.Freshness("projects")).State == SourceState.Silent, SilenceTimeout);
        var freshness = await mesh.Freshness("projects");
        Assert.True(freshness.Staleness.ToTimeSpan() >= TimeSpan.FromSeconds(10), $"{freshness}");
        Assert.Equal(SourceState.Current, (await mesh.Freshness("investors")).State);
        Assert.Equal("projects/known", (await Dossier("known")).Project.Name);
        await Refused.By(
            async () => await mesh.ProjectsClient.GetProjectAsync(new() { Name = "projects/known" }), StatusCode.Unavailable, "SERVICE_UNREACHABLE");

        await mesh.Projects.Start();
        await CreateProject("later");
        await mesh.CaughtUp();
        await Eventually.True(async () => (await mesh.Freshness("projects")).State == SourceState.Current, SilenceTimeout);
        Assert.Equal("projects/later", (await Dossier("later")).Project.Name);
    }

    [Fact]
    public async Task A_gateway_that_starts_with_every_service_down_answers_from_its_checkpoint()
    {
        await CreateProject("kept");
        await mesh.ProjectsClient.UpdateProjectAsync(new() { Project = new Project { Name = "projects/kept", Operator = "New" } });
        await CreateInvestor("bank");
        await CreateCommitment("c1", "kept", 100);
        await mesh.CaughtUp();
        var before = await Dossier("kept");
        await Eventually.True(() => CheckpointHas("investors", 3), SilenceTimeout, () => mesh.Log);

        await mesh.Gateway.Kill();
        await Task.WhenAll(mesh.Owners.Select(owner => owner.Kill()).Append(mesh.Sidecar.Kill()));
        await mesh.Gateway.Start();

        var after = await Dossier("kept");
        before.Freshness.Clear();
        after.Freshness.Clear();
        Assert.Equal(before, after);
        Assert.Equal(2, after.Revisions.Count);
    }

    [Fact]
    public async Task A_recreated_database_is_noticed_and_read_from_its_beginning()
    {
        await CreateProject("old");
        await CreateProject("older");
        await mesh.CaughtUp();
        await mesh.Projects.Kill();
        mesh.Projects.DeleteDatabase();
        await mesh.Projects.Start();
        await CreateProject("new");
        await Eventually.True(async () => (await Dossier("new")).Project.Name == "projects/new", SilenceTimeout, () => mesh.Log);
        await Refused.By(() => Dossier("old"), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task Acknowledged_writes_survive_a_kill_exactly_once()
    {
        await CreateInvestor("bank");
        await CreateProject("mine");
        using var stop = new CancellationTokenSource();
        var acknowledged = new List<string>();
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = $"w{writer}-{i}";
                try
                {
                    await CreateCommitment(id, "mine", 1);
                    lock (acknowledged)
                        acknowledged.Add($"commitments/{id}");
                }
                catch (RpcException)
                {
                    // Not acknowledged: it may exist once or not at all.
                }
            }
        })).ToList();
        for (var round = 0; round < 3; round++)
        {
            var seen = acknowledged.Count;
            await Eventually.True(() => Task.FromResult(acknowledged.Count >= seen + 50), SilenceTimeout, () => mesh.Log);
            await mesh.Investors.Kill();
            await mesh.Investors.Start();
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        var stored = await AllCommitments();
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(stored.Count, stored.Distinct().Count());
        await mesh.CaughtUp();
        Assert.Equal(stored.Count, (await Dossier("mine")).Shares[0].Total.Units);
        var chain = await mesh.Feed.VerifyChainAsync(new() { Source = "investors" });
        Assert.True(chain.Intact, chain.Problem);
        Assert.Equal(await mesh.LastSequence("investors"), chain.VerifiedCount);
    }

    protected async Task CreateProject(string id) => await mesh.ProjectsClient.CreateProjectAsync(new()
    {
        ProjectId = id,
        Project = new Project { DisplayName = id, Country = "FR", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } },
    });

    private async Task CreateInvestor(string id) => await mesh.InvestorsClient.CreateInvestorAsync(new()
    {
        InvestorId = id,
        Investor = new Investor { DisplayName = id, Country = "DE", Kind = InvestorKind.DevelopmentBank },
    });

    private async Task CreateCommitment(string id, string project, long euros) => await mesh.InvestorsClient.CreateCommitmentAsync(new()
    {
        CommitmentId = id,
        Commitment = new Commitment
        {
            Investor = "investors/bank",
            Project = $"projects/{project}",
            Instrument = Instrument.Equity,
            CurrencyCode = "EUR",
            Amount = new Money { CurrencyCode = "EUR", Units = euros },
        },
    });

    protected async Task<ProjectDossier> Dossier(string id) =>
        await mesh.Portfolio.GetProjectDossierAsync(new() { Name = $"projects/{id}" });

    private async Task<IReadOnlyList<string>> AllCommitments()
    {
        var names = new List<string>();
        var request = new ListCommitmentsRequest { PageSize = 1_000 };
        do
        {
            var page = await mesh.InvestorsClient.ListCommitmentsAsync(request);
            names.AddRange(page.Commitments.Select(commitment => commitment.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return names;
    }

    protected async Task<bool> CheckpointHas(string source, long sequence) =>
        await Stored.Number(mesh.Gateway, $"SELECT watermark FROM checkpoint_source WHERE source = '{source}'") >= sequence;

    private Task<long> Published(string service) => Stored.Number(
        mesh.Owners.Single(owner => owner.Name == service), "SELECT published_sequence FROM relay_position");
}
