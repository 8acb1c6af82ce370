// At stake: a caller with a wrong token, a wrong name or a malformed event must be refused as Dapr refuses it, because the services decide
// by status what to retry and what to park.
using Dapr;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Api = Dapr.Client.Autogen.Grpc.v1;

namespace Mining.LocalMesh.Tests;

public sealed class CallerTests
{
    [Theory]
    [InlineData("other", "t", StatusCode.InvalidArgument, "pubsub other is not found", "DAPR_PUBSUB_NOT_FOUND")]
    [InlineData("", "t", StatusCode.InvalidArgument, "pubsub name is empty", "DAPR_PUBSUB_NAME_EMPTY")]
    [InlineData(Mesh.Pubsub, "", StatusCode.InvalidArgument, "topic is empty in pubsub mesh-pubsub", "DAPR_PUBSUB_TOPIC_NAME_EMPTY")]
    public async Task An_unknown_component_or_topic_is_refused_as_Dapr_refuses_it(string pubsub, string topic, StatusCode code, string message, string reason)
    {
        await using var mesh = await Mesh.StartAsync();
        var request = new Api.PublishEventRequest { PubsubName = pubsub, Topic = topic };

        Assert.Equal((code, message, reason), await RefusalAsync(mesh, api => api.PublishEventAsync(request).ResponseAsync));
    }

    [Fact]
    public async Task Invalid_metadata_is_refused()
    {
        await using var mesh = await Mesh.StartAsync();
        var request = new Api.PublishEventRequest { PubsubName = Mesh.Pubsub, Topic = "t", Metadata = { ["rawPayload"] = "perhaps" } };

        Assert.Equal(
            (StatusCode.InvalidArgument, "failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is 'perhaps'", "DAPR_PUBSUB_METADATA_DESERIALIZATION"),
            await RefusalAsync(mesh, api => api.PublishEventAsync(request).ResponseAsync));
    }

    [Fact]
    public async Task One_malformed_envelope_refuses_the_whole_bulk_request()
    {
        await using var app = await FakeApp.Following("t").StartAsync();
        await using var mesh = await Mesh.StartAsync(null, app);
        var request = new Api.BulkPublishRequest { PubsubName = Mesh.Pubsub, Topic = "t", Entries = { Entry("0", """{"id":"good"}"""), Entry("1", "{broken") } };

        Assert.Equal(
            (StatusCode.InvalidArgument, "cannot create cloudevent", "DAPR_PUBSUB_CLOUD_EVENT_CREATION"),
            await RefusalAsync(mesh, api => api.BulkPublishEventAsync(request).ResponseAsync));
        await mesh.PublishAsync("t", "next");
        Assert.Equal(["next"], await app.NextIdsAsync(1));
    }

    [Theory]
    [InlineData("same", "same")]
    [InlineData("one", "")]
    public async Task Entries_need_unique_ids(string first, string second)
    {
        await using var mesh = await Mesh.StartAsync();
        var request = new Api.BulkPublishRequest { PubsubName = Mesh.Pubsub, Topic = "t", Entries = { Entry(first, "{}"), Entry(second, "{}") } };

        var (code, message, _) = await RefusalAsync(mesh, api => api.BulkPublishEventAsync(request).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, code);
        Assert.Equal("error marshaling events to bytes for topic t pubsub mesh-pubsub. error: entryId is duplicated or not present for entry", message);
    }

    [Fact]
    public async Task Entries_too_large_for_the_broker_fail_one_by_one_and_the_others_are_published()
    {
        await using var app = await FakeApp.Following("t").StartAsync();
        await using var mesh = await Mesh.StartAsync(options => options with { Limits = options.Limits with { MessageBytes = 1000 } }, app);

        var response = await mesh.PublishAllAsync("t", [new RelayEvent("1", []), new RelayEvent("2", new byte[2000]), new RelayEvent("3", [])]);

        Assert.Equal(["2"], response.FailedEntries.Select(entry => entry.Entry.EventData.Id));
        Assert.Equal(["1", "3"], await app.NextIdsAsync(2));
        var single = await Assert.ThrowsAsync<DaprException>(() => mesh.PublishAsync("t", "4", $"\"{new string('x', 2000)}\""));
        Assert.Equal(StatusCode.Internal, ((RpcException)single.InnerException!).StatusCode);
    }

    [Fact]
    public async Task A_raw_payload_is_delivered_only_if_it_is_an_event()
    {
        await using var app = await FakeApp.Following("t").StartAsync();
        await using var mesh = await Mesh.StartAsync(null, app);
        var raw = new Dictionary<string, string> { ["rawPayload"] = "true" };

        await mesh.Client.PublishByteEventAsync(Mesh.Pubsub, "t", "no event"u8.ToArray(), "text/plain", raw, TestContext.Current.CancellationToken);
        await mesh.Client.PublishByteEventAsync(Mesh.Pubsub, "t", """{"id":"1"}"""u8.ToArray(), "text/plain", raw, TestContext.Current.CancellationToken);

        Assert.Equal(["1"], await app.NextIdsAsync(1));
    }

    [Fact]
    public async Task Calls_need_the_token_and_health_checks_do_not()
    {
        await using var mesh = await Mesh.StartAsync(options => options with { DaprApiToken = "right" });
        using var wrong = mesh.Connect("wrong");
        using var none = mesh.Connect("");

        await mesh.PublishAsync("t", "1");

        foreach (var client in new[] { wrong, none })
        {
            var refused = await Assert.ThrowsAsync<DaprException>(() => client.PublishEventAsync(Mesh.Pubsub, "t", 1, TestContext.Current.CancellationToken));
            Assert.Equal((StatusCode.Unauthenticated, "Unauthorized"), Told(refused.InnerException));
            Assert.True(await client.CheckHealthAsync(TestContext.Current.CancellationToken));
            Assert.True(await client.CheckOutboundHealthAsync(TestContext.Current.CancellationToken));
        }

        static (StatusCode, string) Told(Exception? error) => error is RpcException told ? (told.StatusCode, told.Status.Detail) : default;
    }

    [Fact]
    public async Task Metadata_lists_the_component_the_subscriptions_and_the_queue_lengths()
    {
        await using var app = await FakeApp.Following("a").StartAsync();
        await using var away = await FakeApp.Following("a").StartAsync();
        await away.StopAsync();
        await using var mesh = await Mesh.StartAsync(null, app, away);
        await mesh.PublishAsync("a", "1");
        await app.NextAsync();

        var metadata = await mesh.Client.GetMetadataAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(Mesh.Pubsub, "pubsub.in-memory")], metadata.Components.Select(component => (component.Name, component.Type)));
        Assert.Equal(("reachable", "away"), (metadata.Extended["app1"], metadata.Extended["app2"]));
        Assert.StartsWith("waiting 1, delivered 0", metadata.Extended["app2/a"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Methods_that_the_mesh_does_not_use_are_unimplemented()
    {
        await using var mesh = await Mesh.StartAsync();

        var refused = await Assert.ThrowsAsync<DaprException>(() => mesh.Client.GetStateAsync<string>("store", "key", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unimplemented, ((RpcException)refused.InnerException!).StatusCode);
    }

    private static Api.BulkPublishRequestEntry Entry(string id, string json) =>
        new() { EntryId = id, Event = ByteString.CopyFromUtf8(json), ContentType = "application/cloudevents+json" };

    private static async Task<(StatusCode Code, string Message, string Reason)> RefusalAsync(Mesh mesh, Func<Api.Dapr.DaprClient, Task> call)
    {
        using var channel = GrpcChannel.ForAddress(mesh.Grpc);
        var refused = await Assert.ThrowsAsync<RpcException>(() => call(new Api.Dapr.DaprClient(channel)));
        var details = refused.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!;
        Assert.Equal("dapr.io", details.Domain);
        return (refused.StatusCode, refused.Status.Detail, details.Reason);
    }
}
