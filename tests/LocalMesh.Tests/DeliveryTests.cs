// At stake: services on a laptop use the ordinary Dapr client and the ordinary callbacks. What works here must work with Dapr, so these
// tests use the real client, real sockets and a real callback server, and check only external behaviour.
using System.Text;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Mining.LocalMesh.Sidecar;
using Answer = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace Mining.LocalMesh.Tests;

public sealed class DeliveryTests
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public async Task An_event_reaches_the_app_as_Dapr_delivers_it()
    {
        await using var app = await FakeApp.Following("projects.changes").StartAsync();
        await using var mesh = await Mesh.StartAsync(options => options with { AppApiToken = "secret" }, app);

        await mesh.Client.PublishEventAsync(
            Mesh.Pubsub, "projects.changes", new { stage = "mine" },
            new Dictionary<string, string>
            {
                ["cloudevent.id"] = "e-1",
                ["cloudevent.source"] = "projects",
                ["cloudevent.type"] = "changed",
                ["cloudevent.traceparent"] = Trace,
            },
            TestContext.Current.CancellationToken);

        var (got, token, trace) = await app.NextAsync();
        Assert.Equal(
            ("e-1", "projects", "changed", "1.0", "application/json", "projects.changes", Mesh.Pubsub, "/projects.changes"),
            (got.Id, got.Source, got.Type, got.SpecVersion, got.DataContentType, got.Topic, got.PubsubName, got.Path));
        Assert.Equal("""{"stage":"mine"}""", got.Data.ToStringUtf8());
        Assert.Equal("secret", token);
        Assert.Equal(Trace, trace);
        Assert.Equal(Trace, got.Extensions.Fields["traceparent"].StringValue);
    }

    [Fact]
    public async Task Bulk_events_keep_ids_bytes_traces_and_order()
    {
        await using var app = await FakeApp.Following("projects.changes").StartAsync();
        await using var mesh = await Mesh.StartAsync(null, app);
        var events = Enumerable.Range(0, 200).Select(n => new RelayEvent($"e-{n}", [0, 255, (byte)n], Trace)).ToList();

        var response = await mesh.PublishAllAsync("projects.changes", events);

        Assert.Empty(response.FailedEntries);
        foreach (var sent in events)
        {
            var (got, _, trace) = await app.NextAsync();
            Assert.Equal((sent.Id, "projects", sent.Type, "application/protobuf"), (got.Id, got.Source, got.Type, got.DataContentType));
            Assert.Equal(sent.Data, got.Data.ToByteArray());
            Assert.Equal(Trace, trace);
        }
    }

    [Fact]
    public async Task Each_app_gets_its_own_copy_of_its_subscribed_topics()
    {
        await using var one = await FakeApp.Following("a", "b").StartAsync();
        await using var two = await FakeApp.Following("b").StartAsync();
        await using var mesh = await Mesh.StartAsync(null, one, two);

        await mesh.PublishAsync("a", "a-1");
        await mesh.PublishAsync("nobody", "n-1");
        await mesh.PublishAsync("b", "b-1");

        Assert.Equal(["a-1", "b-1"], (await one.NextIdsAsync(2)).Order());
        Assert.Equal(["b-1"], await two.NextIdsAsync(1));
        Assert.True(two.HasReceivedNothingMore);
    }

    [Fact]
    public async Task A_retry_is_delivered_before_the_next_event()
    {
        await using var app = FakeApp.Following("a");
        app.Decide = (got, attempt) => got.Id == "1" && attempt < 3 ? Answer.Retry : Answer.Success;
        await using var mesh = await Mesh.StartAsync(null, await app.StartAsync());

        await mesh.PublishAsync("a", "1");
        await mesh.PublishAsync("a", "2");

        Assert.Equal(["1", "1", "1", "2"], await app.NextIdsAsync(4));
    }

    [Theory]
    [InlineData("RETRY", 4)]
    [InlineData("an error", 4)]
    [InlineData("DROP", 1)]
    public async Task Rejected_events_go_to_the_dead_letter_topic(string answer, int deliveries)
    {
        await using var app = FakeApp.Following("a", "dead");
        app.Subscriptions[0].DeadLetterTopic = "dead";
        app.Decide = (got, _) => (got.Topic, answer) switch
        {
            ("dead", _) => Answer.Success,
            (_, "RETRY") => Answer.Retry,
            (_, "DROP") => Answer.Drop,
            _ => throw new InvalidOperationException("the app is ill"),
        };
        await using var mesh = await Mesh.StartAsync(null, await app.StartAsync());

        await mesh.PublishAsync("a", "1", """{"kept":true}""");

        Assert.Equal(Enumerable.Repeat("1", deliveries), await app.NextIdsAsync(deliveries));
        var dead = (await app.NextAsync()).Event;
        Assert.Equal(("1", "dead", "/dead", """{"kept":true}"""), (dead.Id, dead.Topic, dead.Path, dead.Data.ToStringUtf8()));
    }

    [Fact]
    public async Task Without_a_dead_letter_topic_a_rejected_event_is_dropped_and_the_next_is_delivered()
    {
        await using var app = FakeApp.Following("a");
        app.Decide = (got, _) => got.Id == "1" ? Answer.Retry : Answer.Success;
        await using var mesh = await Mesh.StartAsync(null, await app.StartAsync());

        await mesh.PublishAsync("a", "1");
        await mesh.PublishAsync("a", "2");

        Assert.Equal(["1", "1", "1", "1", "2"], await app.NextIdsAsync(5));
    }

    [Fact]
    public async Task Delivery_to_a_hanging_app_is_retried()
    {
        await using var app = FakeApp.Following("a");
        using var hang = new ManualResetEventSlim();
        app.Decide = (_, attempt) =>
        {
            if (attempt == 1)
                hang.Wait(TimeSpan.FromSeconds(10));
            return Answer.Success;
        };
        await using var mesh = await Mesh.StartAsync(
            options => options with { Limits = options.Limits with { DeliveryTimeout = TimeSpan.FromMilliseconds(100) } }, await app.StartAsync());

        await mesh.PublishAsync("a", "1");

        Assert.Equal(["1", "1"], await app.NextIdsAsync(2));
        hang.Set();
    }

    [Fact]
    public async Task A_restarted_app_gets_missed_events_and_is_asked_again_for_its_subscriptions()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await Mesh.StartAsync(null, app);
        await mesh.PublishAsync("a", "1");
        Assert.Equal(["1"], await app.NextIdsAsync(1));

        await app.StopAsync();
        for (var n = 2; n <= 50; n++)
            await mesh.PublishAsync("a", $"{n}");
        app.Subscriptions.Add(new TopicSubscription { PubsubName = Mesh.Pubsub, Topic = "b" });
        await app.StartAsync();

        Assert.Equal(Enumerable.Range(2, 49).Select(n => $"{n}"), await app.NextIdsAsync(49));
        Assert.True(app.Asked >= 2);
        await mesh.PublishAsync("b", "new");
        Assert.Equal(["new"], await app.NextIdsAsync(1));
    }

    [Fact]
    public async Task An_app_killed_during_a_stream_of_events_misses_none()
    {
        await using var app = FakeApp.Following("a");
        using var middle = new SemaphoreSlim(0);
        app.Decide = (got, _) =>
        {
            if (got.Id == "150")
                middle.Release();
            return Answer.Success;
        };
        await using var mesh = await Mesh.StartAsync(null, await app.StartAsync());

        for (var round = 0; round < 3; round++)
        {
            await mesh.PublishAllAsync("a", Enumerable.Range(0, 300).Select(n => new RelayEvent($"{n}", [])));
            await middle.WaitAsync(TestContext.Current.CancellationToken);
            await app.StopAsync();
            await app.StartAsync();

            // The event under way when the app died may come twice, but every one comes, and in order.
            var ids = new List<string>();
            while (ids.LastOrDefault() != "299")
                ids.AddRange(await app.NextIdsAsync(1));
            Assert.Equal(Enumerable.Range(0, 300).Select(n => $"{n}"), ids.Distinct());
            Assert.True(ids.Count <= 301);
        }
    }

    [Fact]
    public async Task A_restarted_idle_app_is_asked_again_before_any_delivery_fails()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await Mesh.StartAsync(null, app);
        await mesh.PublishAsync("a", "1");
        await app.NextAsync();

        await app.StopAsync();
        app.Subscriptions.Add(new TopicSubscription { PubsubName = Mesh.Pubsub, Topic = "b" });
        await app.StartAsync();
        await Eventually.IsTrueAsync(() => app.Asked >= 2);
        await mesh.PublishAsync("b", "new");

        Assert.Equal(["new"], await app.NextIdsAsync(1));
    }

    [Fact]
    public async Task An_app_that_starts_after_the_sidecar_gets_earlier_events()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await app.StopAsync();
        await using var mesh = await Mesh.StartAsync(null, app);

        await mesh.PublishAsync("a", "1");
        await mesh.PublishAsync("nobody", "2");
        await mesh.PublishAsync("a", "3");
        await app.StartAsync();

        Assert.Equal(["1", "3"], await app.NextIdsAsync(2));
        Assert.True(app.HasReceivedNothingMore);
    }

    [Fact]
    public async Task A_full_queue_loses_the_oldest()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await app.StopAsync();
        await using var mesh = await Mesh.StartAsync(options => options with { Limits = options.Limits with { QueueLength = 3 } }, app);

        for (var n = 1; n <= 10; n++)
            await mesh.PublishAsync("a", $"{n}");
        await app.StartAsync();

        Assert.Equal(["8", "9", "10"], await app.NextIdsAsync(3));
        var metadata = await mesh.Client.GetMetadataAsync(TestContext.Current.CancellationToken);
        Assert.Contains("overflowed 7", metadata.Extended["app1/a"], StringComparison.Ordinal);
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

        // One bulk is queued at once, so the order of deliveries depends on the seed alone.
        static async Task<List<string>> RunAsync(long seed)
        {
            var plan = new FaultPlan(seed, 100_000, 100_000, 200_000, 2);
            await using var app = await FakeApp.Following("a").StartAsync();
            await using var mesh = await Mesh.StartAsync(options => options with { Faults = plan }, app);
            await mesh.PublishAllAsync("a", Enumerable.Range(1000, 300).Select(n => new RelayEvent($"{n}", [])));
            return await app.NextIdsAsync(Enumerable.Range(0, 300).Sum(n => plan.For("app1", "a", n) switch { { Drop: true } => 0, { Double: true } => 2, _ => 1 }));
        }
    }

    [Fact]
    public async Task Text_and_bytes_arrive_unchanged()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await Mesh.StartAsync(null, app);

        await mesh.Client.PublishByteEventAsync(Mesh.Pubsub, "a", Encoding.UTF8.GetBytes("größe"), "text/plain", cancellationToken: TestContext.Current.CancellationToken);
        await mesh.Client.PublishByteEventAsync(Mesh.Pubsub, "a", new byte[] { 0, 255 }, "application/octet-stream", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("größe", (await app.NextAsync()).Event.Data.ToStringUtf8());
        Assert.Equal([0, 255], (await app.NextAsync()).Event.Data.ToByteArray());
    }
}
