// At stake: what the local sidecar does beyond Dapr. Other tests rely on its faults and its limits, and methods that the mesh does not use
// must not appear to work.
using Dapr;
using Grpc.Core;
using Mining.LocalMesh.Sidecar;

namespace Mining.LocalMesh.Tests;

public sealed class LocalSidecarTests
{
    [Fact]
    public async Task Events_of_a_topic_are_delivered_one_at_a_time()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(app);
        var ids = Enumerable.Range(0, 200).Select(n => $"{n}").ToArray();

        await mesh.PublishAsync("a", ids);

        Assert.Equal(ids, await app.NextIdsAsync(200));
    }

    [Fact]
    public async Task A_full_queue_loses_the_oldest()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await app.StopAsync();
        await using var mesh = await StartAsync(app, options => options with { Limits = options.Limits with { QueueLength = 3 } });

        for (var n = 1; n <= 10; n++)
            await mesh.PublishAsync("a", $"{n}");
        await app.StartAsync();

        Assert.Equal(["8", "9", "10"], await app.NextIdsAsync(3));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_faults()
    {
        var first = await RunAsync(seed: 7);
        var second = await RunAsync(seed: 7);
        var other = await RunAsync(seed: 8);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.True(first.Distinct().Count() is > 200 and < 290, "about a tenth is dropped");
        Assert.True(first.Count > first.Distinct().Count(), "some come twice");
        Assert.NotEqual(first.Order(), first);

        // A bulk is queued at once, so the order of deliveries depends only on the seed.
        static async Task<List<string>> RunAsync(long seed)
        {
            var plan = new FaultPlan(seed, 100_000, 100_000, 200_000, 2);
            await using var app = await FakeApp.Following("a").StartAsync();
            await using var mesh = await StartAsync(app, options => options with { Faults = plan });
            await mesh.PublishAsync("a", [.. Enumerable.Range(1000, 300).Select(n => $"{n}")]);
            return await app.NextIdsAsync(Enumerable.Range(0, 300).Sum(n => plan.For("app1", "a", n) switch { { Drop: true } => 0, { Double: true } => 2, _ => 1 }));
        }
    }

    [Fact]
    public async Task Methods_that_the_mesh_does_not_use_are_unimplemented()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(app);
        using var client = mesh.Connect("");

        var refused = await Assert.ThrowsAsync<DaprException>(() => client.PublishEventAsync(Mesh.Pubsub, "a", 1, TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unimplemented, Assert.IsType<RpcException>(refused.InnerException).StatusCode);
    }

    private static async Task<Mesh> StartAsync(FakeApp app, Func<SidecarOptions, SidecarOptions>? change = null)
    {
        var mesh = new LocalSidecars(new(), [app], change);
        await mesh.StartAsync();
        return mesh;
    }
}
