// At stake: an upgrade, which stops one process after another. Calls in progress are answered, streams end with a resume position, and the
// process exits promptly by itself. Tested on real processes that get SIGTERM while a write is blocked.
using System.Diagnostics;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Stopping;

public sealed class StoppingTests() : StoppingSuite(TestStorage.Sqlite);

public sealed class StoppingOnSqlServerTests() : StoppingSuite(TestStorage.SqlServer);

public abstract class StoppingSuite(TestStorage storage) : IAsyncLifetime
{
    /// <summary>Shorter than an orchestrator's grace period and the host's own shutdown timeout: nothing was cut off.</summary>
    private static readonly TimeSpan MaxStopDuration = TimeSpan.FromSeconds(8);

    private readonly MeshProcesses mesh = new(storage: storage.SkipUnlessAvailable());

    public async ValueTask InitializeAsync()
    {
        await mesh.Start();
        await mesh.ProjectsClient.CreateProjectAsync(Request("first"));
        await mesh.CaughtUp();
    }

    public async ValueTask DisposeAsync()
    {
        await mesh.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_stopping_gateway_finishes_calls_and_ends_streams_with_a_resume_position()
    {
        using var watch = mesh.Portfolio.WatchPortfolio(new());
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        using var feed = mesh.Feed.ReadChanges(new() { Source = "projects", Follow = true });
        Assert.True(await feed.ResponseStream.MoveNext(CancellationToken.None));
        var (creating, hold) = await CreateBlocked(mesh.ProjectsClient);

        var begin = Stopwatch.GetTimestamp();
        var stopping = mesh.Gateway.Stop();
        await Refused.By(() => Drain(watch), StatusCode.Unavailable, "SERVICE_STOPPING");
        Assert.Equal("1", Place(await Refused.By(() => Drain(feed), StatusCode.Unavailable, "SERVICE_STOPPING")));
        Assert.False(creating.IsCompleted, "the write was to be held up");
        await hold.DisposeAsync();
        Assert.Equal("projects/second", (await creating).Name);
        Assert.Equal(0, await stopping);
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, MaxStopDuration);
    }

    [Fact]
    public async Task A_stopping_service_finishes_calls_publishes_nothing_twice_and_releases_its_lease()
    {
        using var feed = new ChangeFeedService.ChangeFeedServiceClient(mesh.Projects.Channel).ReadChanges(new() { Follow = true });
        Assert.True(await feed.ResponseStream.MoveNext(CancellationToken.None));
        var (creating, hold) = await CreateBlocked(new(mesh.Projects.Channel));

        var begin = Stopwatch.GetTimestamp();
        var stopping = mesh.Projects.Stop();
        Assert.Equal("1", Place(await Refused.By(() => Drain(feed), StatusCode.Unavailable, "SERVICE_STOPPING")));
        Assert.False(creating.IsCompleted, "the write was to be held up");
        await hold.DisposeAsync();
        Assert.Equal("projects/second", (await creating).Name);
        Assert.Equal(0, await stopping);
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, MaxStopDuration);
        Assert.InRange(await Stored.Number(mesh.Projects, "SELECT published_sequence FROM relay_position WHERE lease_owner = ''"), 1, 2);

        await mesh.Projects.Start();
        await mesh.CaughtUp();
        Assert.Equal(2, await mesh.LastSequence("projects"));
    }

    /// <summary>A call that has arrived and waits for the database, and the lock that it waits for.</summary>
    private async Task<(Task<Project> Creating, IAsyncDisposable Hold)> CreateBlocked(ProjectService.ProjectServiceClient client)
    {
        var hold = await Stored.Hold(mesh.Projects);
        var creating = client.CreateProjectAsync(Request("second")).ResponseAsync;
        // An answer on the same connection to a request sent later proves that the earlier one has arrived.
        await client.GetProjectAsync(new() { Name = "projects/first" });
        return (creating, hold);
    }

    private static async Task Drain<T>(AsyncServerStreamingCall<T> call)
    {
        await foreach (var _ in call.ResponseStream.ReadAllAsync())
        {
            // Until it ends.
        }
    }

    private static string Place(Google.Rpc.Status status) => status.GetDetail<Google.Rpc.ErrorInfo>()!.Metadata["resume_after_sequence"];

    private static CreateProjectRequest Request(string id) => new()
    {
        ProjectId = id,
        Project = new Project { DisplayName = id, Country = "FR", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } },
    };
}
