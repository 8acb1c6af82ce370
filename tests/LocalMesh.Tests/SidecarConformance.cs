// At stake: what works on a laptop must work with Dapr. The same cases run against the local sidecar and a real Dapr sidecar on a real
// Redis, with the real client, real sockets and a real app, and check only external behaviour.
using Dapr;
using Grpc.Core;
using Mining.Testing;
using Answer = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace Mining.LocalMesh.Tests;

public sealed class LocalSidecarConformance : SidecarConformance
{
    internal override Mesh Create(MeshSetup setup, FakeApp[] apps) => new LocalSidecars(setup, apps);
}

public sealed class RealSidecarConformance : SidecarConformance
{
    internal override Mesh Create(MeshSetup setup, FakeApp[] apps) => new RealSidecars(setup, apps);
}

public abstract class SidecarConformance
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /// <summary>Enough attempts to outlast an app that is away for seconds.</summary>
    private static readonly MeshSetup Patient = new(Attempts: 1_000);

    [Fact]
    public async Task Discovery_carries_no_token_and_each_delivery_does()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(AppApiToken: "to the app"), app);

        await mesh.PublishAsync("a", "1");

        Assert.Equal("to the app", (await app.NextAsync()).ApiToken);
        Assert.Equal("", Assert.Single(app.TokensOfDiscovery));
    }

    [Fact]
    public async Task Without_a_token_deliveries_carry_none()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(), app);

        await mesh.PublishAsync("a", "1");

        Assert.Equal("", (await app.NextAsync()).ApiToken);
    }

    [Fact]
    public async Task Bulk_events_keep_ids_bytes_and_own_fields_except_traceparent()
    {
        await using var app = await FakeApp.Following("projects.changes").StartAsync();
        await using var mesh = await StartAsync(new(), app);
        var events = Enumerable.Range(0, 200).Select(n => new RelayEvent($"e-{n}", [0, 255, (byte)n], Trace)).ToDictionary(sent => sent.Id!);

        Assert.Empty((await mesh.PublishAllAsync("projects.changes", events.Values)).FailedEntries);

        while (events.Count > 0)
        {
            var got = (await app.NextAsync()).Event;
            Assert.True(events.Remove(got.Id, out var sent), $"{got.Id} came twice, or from nowhere");
            Assert.Equal(
                ("projects", sent.Type, "1.0", "application/protobuf", "projects.changes", Mesh.Pubsub, "/projects.changes"),
                (got.Source, got.Type, got.SpecVersion, got.DataContentType, got.Topic, got.PubsubName, got.Path));
            Assert.Equal(sent.Data, got.Data.ToByteArray());
            Assert.Equal(Trace, got.Extensions.Fields["miningtraceparent"].StringValue);
            Assert.Equal("", got.Extensions.Fields["traceparent"].StringValue);
        }
    }

    [Fact]
    public async Task An_event_of_a_megabyte_arrives()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(), app);

        await mesh.PublishAllAsync("a", [new RelayEvent("large", new byte[700_000])]);

        Assert.Equal(700_000, (await app.NextAsync()).Event.Data.Length);
    }

    /// <summary>Envelopes of others, what of them the app is told, and the bytes that it gets.</summary>
    public static TheoryData<string, string, string, string, string> Envelopes() => new()
    {
        { """{"data_base64":"AP8=","datacontenttype":"application/protobuf"}""", "Dapr", "com.dapr.event.sent", "application/protobuf", "00FF" },
        { """{"id":"i","source":"s","type":"com.example.order","specversion":"1.0","data_base64":"AP8="}""", "s", "com.example.order", "", "00FF" },
        { """{"id":"i","data":{"a":[1,2]},"datacontenttype":"application/json"}""", "Dapr", "com.dapr.event.sent", "application/json", "7B2261223A5B312C325D7D" },
        { """{"id":"i","data":"AB","datacontenttype":"text/plain"}""", "Dapr", "com.dapr.event.sent", "text/plain", "4142" },
        { """{"id":"i","data":"AB","datacontenttype":"application/json"}""", "Dapr", "com.dapr.event.sent", "application/json", "22414222" },
        { """{"id":"i","data":"AB"}""", "Dapr", "com.dapr.event.sent", "", "" },
        { """{"id":"i","data":"AB","datacontenttype":"application/protobuf"}""", "Dapr", "com.dapr.event.sent", "application/protobuf", "" },
        { """{"id":7}""", "Dapr", "com.dapr.event.sent", "", "" },
        { "{}", "Dapr", "com.dapr.event.sent", "", "" },
    };

    [Theory]
    [MemberData(nameof(Envelopes))]
    public async Task An_envelope_of_another_publisher_gets_the_defaults_of_Dapr(string envelope, string source, string type, string contentType, string bytes)
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(), app);

        await mesh.CallAsync(Mesh.Request("a", ("0", envelope)));

        var got = (await app.NextAsync()).Event;
        Assert.Equal((source, type, contentType, bytes), (got.Source, got.Type, got.DataContentType, Convert.ToHexString(got.Data.Span)));
    }

    [Fact]
    public async Task An_envelope_keeps_its_own_fields()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(), app);

        await mesh.CallAsync(Mesh.Request("a", ("0", """{"id":"i","source":"s","type":"y","specversion":"1.1","subject":"x","time":"then","n":12.5,"more":{"a":[true]}}""")));

        var got = (await app.NextAsync()).Event;
        Assert.Equal(("i", "s", "y", "1.1"), (got.Id, got.Source, got.Type, got.SpecVersion));
        var fields = got.Extensions.Fields;
        Assert.Equal(("x", "then", "a", Mesh.Pubsub), (fields["subject"].StringValue, fields["time"].StringValue, fields["topic"].StringValue, fields["pubsubname"].StringValue));
        Assert.Equal(12.5, fields["n"].NumberValue);
        Assert.True(fields["more"].StructValue.Fields["a"].ListValue.Values[0].BoolValue);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{broken")]
    [InlineData("[1]")]
    public async Task One_malformed_envelope_refuses_the_whole_bulk_and_nothing_is_published(string envelope)
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(), app);

        Assert.Equal(
            (StatusCode.InvalidArgument, "DAPR_PUBSUB_CLOUD_EVENT_CREATION"),
            await RefusalAsync(() => mesh.CallAsync(Mesh.Request("a", ("0", """{"id":"good"}"""), ("1", envelope)))));

        await mesh.PublishAsync("a", "next");
        Assert.Equal(["next"], await app.NextIdsAsync(1));
    }

    [Theory]
    [InlineData("""{"id":"odd","data_base64":"%%"}""")]
    [InlineData("""{"id":"odd","data_base64":5}""")]
    [InlineData("""{"id":"odd","data":5,"datacontenttype":"text/plain"}""")]
    [InlineData("""{"id":"odd","more":1e999}""")]
    [InlineData("""{"id":"odd","traceparent":"anything\r\nelse"}""")]
    public async Task An_undeliverable_event_does_not_block_the_others(string envelope)
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(), app);

        try
        {
            await mesh.CallAsync(Mesh.Request("a", ("0", envelope)));
        }
        catch (RpcException)
        {
            // Refused at once is as good.
        }

        await mesh.PublishAsync("a", "next");
        var ids = new List<string>();
        while (ids.LastOrDefault() != "next")
            ids.AddRange(await app.NextIdsAsync(1));
    }

    [Fact]
    public async Task Each_app_gets_its_own_copy_of_its_subscribed_topics()
    {
        await using var one = await FakeApp.Following("a", "b").StartAsync();
        await using var two = await FakeApp.Following("b").StartAsync();
        await using var mesh = await StartAsync(new(), one, two);

        await mesh.PublishAsync("a", "a-1");
        await mesh.PublishAsync("nobody", "n-1");
        await mesh.PublishAsync("b", "b-1");

        Assert.Equal(["a-1", "b-1"], (await one.NextIdsAsync(2)).Order());
        Assert.Equal(["b-1"], await two.NextIdsAsync(1));
        Assert.True(one.HasReceivedNothingMore && two.HasReceivedNothingMore);
    }

    [Fact]
    public async Task An_event_answered_with_RETRY_is_redelivered_until_accepted()
    {
        await using var app = FakeApp.Following("a");
        app.Decide = (got, attempt) => got.Id == "1" && attempt < 3 ? Answer.Retry : Answer.Success;
        await using var mesh = await StartAsync(new(), await app.StartAsync());

        await mesh.PublishAsync("a", "1");
        await mesh.PublishAsync("a", "2");

        Assert.Equal(["1", "1", "1", "2"], (await app.NextIdsAsync(4)).Order());
        Assert.True(app.HasReceivedNothingMore);
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
        await using var mesh = await StartAsync(new(), await app.StartAsync());

        await mesh.PublishAllAsync("a", [new RelayEvent("1", [1, 2])]);

        Assert.Equal(Enumerable.Repeat("1", deliveries), await app.NextIdsAsync(deliveries));
        var dead = (await app.NextAsync()).Event;
        Assert.Equal(("1", "dead", "/dead", "AQI="), (dead.Id, dead.Topic, dead.Path, dead.Data.ToBase64()));
    }

    [Theory]
    [InlineData(Answer.Retry, 4)]
    [InlineData(Answer.Drop, 1)]
    public async Task Without_a_dead_letter_topic_an_event_is_dropped_and_the_next_is_delivered(Answer answer, int deliveries)
    {
        await using var app = FakeApp.Following("a");
        app.Decide = (got, _) => got.Id == "1" ? answer : Answer.Success;
        await using var mesh = await StartAsync(new(), await app.StartAsync());

        await mesh.PublishAsync("a", "1");
        Assert.Equal(Enumerable.Repeat("1", deliveries), await app.NextIdsAsync(deliveries));
        await mesh.PublishAsync("a", "2");

        Assert.Equal(["2"], await app.NextIdsAsync(1));
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
        await using var mesh = await StartAsync(new() { DeliveryTimeout = TimeSpan.FromMilliseconds(200) }, await app.StartAsync());

        await mesh.PublishAsync("a", "1");

        Assert.Equal(["1", "1"], await app.NextIdsAsync(2));
        hang.Set();
    }

    [Fact]
    public async Task Deliveries_to_an_unhealthy_app_wait_until_it_is_healthy()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(Patient, app);
        await mesh.PublishAsync("a", "before");
        Assert.Equal(["before"], await app.NextIdsAsync(1));

        app.IsHealthy = false;
        await AskedForHealth(app, 2);
        await mesh.PublishAsync("a", "meanwhile");
        await AskedForHealth(app, 2);
        Assert.True(app.HasReceivedNothingMore);

        app.IsHealthy = true;
        Assert.Equal(["meanwhile"], await app.NextIdsAsync(1));
    }

    [Fact]
    public async Task Endless_RETRY_answers_of_an_unhealthy_app_dead_letter_nothing()
    {
        await using var app = await FakeApp.Following("a", "dead").StartAsync();
        app.Subscriptions[0].DeadLetterTopic = "dead";
        app.Decide = (_, _) => app.IsHealthy ? Answer.Success : Answer.Retry;
        await using var mesh = await StartAsync(new(Attempts: 100), app);
        await mesh.PublishAsync("a", "before");
        await app.NextAsync();

        app.IsHealthy = false;
        await mesh.PublishAsync("a", "meanwhile");
        await AskedForHealth(app, 4);
        app.IsHealthy = true;

        await Eventually.True(() => Task.FromResult(app.Taken.Any(taken => taken.Id == "meanwhile")), TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("dead", app.Taken.Select(taken => taken.Topic));
    }

    [Fact]
    public async Task A_restarted_app_gets_missed_events_without_a_new_subscription_request()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(Patient, app);
        await mesh.PublishAsync("a", "1");
        Assert.Equal(["1"], await app.NextIdsAsync(1));

        await app.StopAsync();
        var missed = Enumerable.Range(2, 49).Select(n => $"{n}").ToList();
        await mesh.PublishAsync("a", [.. missed]);
        await app.StartAsync();

        Assert.Equal(missed.Order(), (await app.NextIdsAsync(49)).Order());
        Assert.Single(app.TokensOfDiscovery);
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
        await using var mesh = await StartAsync(Patient, await app.StartAsync());
        var sent = Enumerable.Range(0, 300).Select(n => $"{n}").ToList();

        await mesh.PublishAsync("a", [.. sent]);
        await middle.WaitAsync(TestContext.Current.CancellationToken);
        await app.StopAsync();
        await app.StartAsync();

        // Those under way when the app died may come twice, but every one comes.
        var ids = new HashSet<string>();
        while (ids.Count < sent.Count)
            ids.UnionWith(await app.NextIdsAsync(1));
        Assert.Equal(sent.Order(), ids.Order());
    }

    [Fact]
    public async Task An_app_that_starts_after_the_sidecar_gets_earlier_events()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await app.StopAsync();
        await using var mesh = await StartAsync(Patient, app);

        await mesh.PublishAsync("a", "1");
        await mesh.PublishAsync("nobody", "2");
        await mesh.PublishAsync("a", "3");
        await app.StartAsync();

        Assert.Equal(["1", "3"], (await app.NextIdsAsync(2)).Order());
        Assert.True(app.HasReceivedNothingMore);
    }

    [Fact]
    public async Task A_restarted_sidecar_delivers_to_a_running_app()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(Patient, app);
        await mesh.PublishAsync("a", "1");
        Assert.Equal(["1"], await app.NextIdsAsync(1));

        await mesh.RestartAsync();
        await mesh.PublishAsync("a", "2");

        Assert.Equal(["2"], await app.NextIdsAsync(1));
        Assert.Equal(["", ""], app.TokensOfDiscovery);
    }

    [Theory]
    [InlineData("other", "a", StatusCode.InvalidArgument, "DAPR_PUBSUB_NOT_FOUND")]
    [InlineData("", "a", StatusCode.InvalidArgument, "DAPR_PUBSUB_NAME_EMPTY")]
    [InlineData(Mesh.Pubsub, "", StatusCode.InvalidArgument, "DAPR_PUBSUB_TOPIC_NAME_EMPTY")]
    public async Task A_wrong_name_is_refused(string pubsub, string topic, StatusCode code, string reason)
    {
        await using var mesh = await StartAsync(new());
        var request = Mesh.Request(topic, ("0", """{"id":"1"}"""));
        request.PubsubName = pubsub;

        Assert.Equal((code, reason), await RefusalAsync(() => mesh.CallAsync(request)));
    }

    [Theory]
    [InlineData("same", "same")]
    [InlineData("one", "")]
    public async Task Entries_need_unique_ids(string first, string second)
    {
        await using var mesh = await StartAsync(new());

        Assert.Equal(
            (StatusCode.InvalidArgument, "DAPR_PUBSUB_MARSHAL_EVENTS"),
            await RefusalAsync(() => mesh.CallAsync(Mesh.Request("a", (first, "{}"), (second, "{}")))));
    }

    [Fact]
    public async Task An_entry_rejected_by_the_broker_fails_the_call_and_the_others_are_published()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var mesh = await StartAsync(new(), app);

        var refused = await Assert.ThrowsAsync<DaprException>(
            () => mesh.PublishAllAsync("a", [new RelayEvent("1", []), new RelayEvent("2", new byte[1_000_000]), new RelayEvent("3", [])]));

        Assert.Equal(StatusCode.Internal, Assert.IsType<RpcException>(refused.InnerException).StatusCode);
        Assert.Equal(["1", "3"], (await app.NextIdsAsync(2)).Order());
        Assert.True(app.HasReceivedNothingMore);
    }

    [Fact]
    public async Task A_call_of_more_than_four_megabytes_is_refused_as_too_large()
    {
        await using var mesh = await StartAsync(new());

        var refused = await Assert.ThrowsAsync<RpcException>(
            () => mesh.CallAsync(Mesh.Request("a", [.. Enumerable.Range(0, 5).Select(n => ($"{n}", $$"""{"id":"{{new string('x', 1_000_000)}}"}"""))])));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public async Task Publishing_needs_the_token_and_health_checks_do_not()
    {
        await using var mesh = await StartAsync(new(DaprApiToken: "right"));
        await mesh.PublishAsync("a", "1");

        foreach (var token in (string[])["wrong", ""])
        {
            using var client = mesh.Connect(token);
            var refused = await Assert.ThrowsAsync<DaprException>(
                () => client.BulkPublishEventAsync(Mesh.Pubsub, "a", new List<RelayEvent> { new("1", []) }, cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal(StatusCode.Unauthenticated, Assert.IsType<RpcException>(refused.InnerException).StatusCode);
            Assert.True(await client.CheckHealthAsync(TestContext.Current.CancellationToken));
        }
    }

    internal abstract Mesh Create(MeshSetup setup, FakeApp[] apps);

    private async Task<Mesh> StartAsync(MeshSetup setup, params FakeApp[] apps)
    {
        var mesh = Create(setup, apps);
        try
        {
            await mesh.StartAsync();
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    private static Task AskedForHealth(FakeApp app, int times)
    {
        var before = app.HealthChecks;
        return Eventually.True(() => Task.FromResult(app.HealthChecks >= before + times));
    }

    private static async Task<(StatusCode Code, string Reason)> RefusalAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        return (refused.StatusCode, refused.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }
}
