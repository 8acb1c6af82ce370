// At stake: input from the broker. A valid delivery reaches the subscriber; an invalid one is dead-lettered at once instead of being
// redelivered forever; only the sidecar may deliver, and only to the delivery address. Tested over gRPC on a process of the mesh.
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Mining.Changes.V1;
using Mining.Platform.Bus;
using Mining.Platform.Tests.Support;
using Mining.Testing;
using Xunit;
using static Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types;

namespace Mining.Platform.Tests.Bus;

public sealed class DeliveryTests : IAsyncLifetime
{
    private const string Token = "the app's token";

    private readonly Subscriber subscriber = new();
    private InProcess process = null!;

    public async ValueTask InitializeAsync() =>
        process = await InProcess.Start("gateway", builder => builder.Services.AddSingleton<IChangeSubscriber>(subscriber), settings: $"APP_API_TOKEN={Token}");

    public ValueTask DisposeAsync() => process.DisposeAsync();

    [Fact]
    public async Task A_change_and_a_heartbeat_reach_the_subscriber()
    {
        Assert.Equal(TopicEventResponseStatus.Success, await Deliver(Of(Good())));
        var heartbeat = new Heartbeat { Source = "projects", LogId = "log", LastSequence = 7 };
        Assert.Equal(TopicEventResponseStatus.Success, await Deliver(new()
        {
            Topic = "projects.changes",
            Type = Heartbeat.Descriptor.FullName,
            Data = heartbeat.ToByteString(),
        }));
        Assert.Equal([Good(), heartbeat], subscriber.Taken);
    }

    public static TheoryData<string, TopicEventRequest, string> Poison() => new()
    {
        { "a type of somebody else", new() { Topic = "projects.changes", Type = "com.example.order", Data = Good().ToByteString() }, PoisonReason.UnknownType },
        { "no type", new() { Topic = "projects.changes", Data = Good().ToByteString() }, PoisonReason.UnknownType },
        { "unreadable", new() { Topic = "projects.changes", Type = Change.Descriptor.FullName, Data = ByteString.CopyFrom(0xff, 0xff, 0xff) }, PoisonReason.Unreadable },
        { "an unreadable heartbeat", new() { Topic = "projects.changes", Type = Heartbeat.Descriptor.FullName, Data = ByteString.CopyFrom(0x0a, 0xff) }, PoisonReason.Unreadable },
        { "empty", new() { Topic = "projects.changes", Type = Change.Descriptor.FullName }, PoisonReason.WrongSource },
        { "a source that is not followed", Of(Good(change => change.Source = "strangers"), "strangers.changes"), PoisonReason.WrongSource },
        { "the topic of another source", Of(Good(), "investors.changes"), PoisonReason.WrongSource },
        { "no sequence", Of(Good(change => change.Sequence = 0)), PoisonReason.Incomplete },
        { "no version", Of(Good(change => change.Version = 0)), PoisonReason.Incomplete },
        { "no state", Of(Good(change => change.State = null)), PoisonReason.Incomplete },
    };

    [Theory]
    [MemberData(nameof(Poison))]
    public async Task Unusable_deliveries_are_dead_lettered_and_counted_by_reason(string what, TopicEventRequest delivery, string reason)
    {
        var reasons = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "mining.bus.poison")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => reasons.Enqueue($"{tags[0].Key}={tags[0].Value} {count}"));
        listener.Start();
        Assert.True(await Deliver(delivery) == TopicEventResponseStatus.Drop, what);
        Assert.Empty(subscriber.Taken);
        Assert.Equal([$"reason={reason} 1"], reasons);
    }

    [Fact]
    public async Task A_transient_failure_of_the_subscriber_asks_for_redelivery()
    {
        subscriber.Failure = new InvalidOperationException("no room now");
        Assert.Equal(TopicEventResponseStatus.Retry, await Deliver(Of(Good())));
        subscriber.Failure = null;
        Assert.Equal(TopicEventResponseStatus.Success, await Deliver(Of(Good())));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("the app's tokem")]
    [InlineData("the app's token and more")]
    public async Task Deliveries_without_the_right_token_are_refused(string? token)
    {
        await Refused.By(async () => await Deliver(Of(Good()), token), StatusCode.Unauthenticated, "APP_API_TOKEN_WRONG");
        Assert.Empty(subscriber.Taken);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Token)]
    public async Task The_sidecar_gets_topics_and_dead_letter_topics_with_or_without_a_token(string? token)
    {
        var answer = await Call("ListTopicSubscriptions", new Empty(), ListTopicSubscriptionsResponse.Parser, process.DeliveryChannel, token);
        Assert.Equal(
            [("mesh-pubsub", "projects.changes", "projects.changes.dead-letters"), ("mesh-pubsub", "investors.changes", "investors.changes.dead-letters")],
            answer.Subscriptions.Select(entry => (entry.PubsubName, entry.Topic, entry.DeadLetterTopic)));
    }

    [Fact]
    public async Task The_delivery_address_serves_only_deliveries()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await Call("OnTopicEvent", Of(Good()), TopicEventResponse.Parser, process.Channel, Token));
        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
        refused = await Assert.ThrowsAsync<RpcException>(async () => await new Health.HealthClient(process.DeliveryChannel).CheckAsync(new()));
        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
        Assert.Empty(subscriber.Taken);
        await new Health.HealthClient(process.Channel).CheckAsync(new());
    }

    private static Change Good() => Good(_ => { });

    private static Change Good(Action<Change> spoil)
    {
        var change = new Change { Source = "projects", LogId = "log", Sequence = 7, Version = 2, Resource = "projects/a", State = new Any() };
        spoil(change);
        return change;
    }

    private static TopicEventRequest Of(Change change, string topic = "projects.changes") => new()
    {
        Topic = topic,
        Type = Change.Descriptor.FullName,
        Data = change.ToByteString(),
    };

    private static async Task<TResponse> Call<TRequest, TResponse>(
        string method, TRequest request, MessageParser<TResponse> parser, GrpcChannel channel, string? token)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        // Dapr's packages contain only the app's side of its callbacks; this is the sidecar's side.
        var description = new Method<TRequest, TResponse>(
            MethodType.Unary,
            AppCallback.Descriptor.FullName,
            method,
            Marshallers.Create<TRequest>(message => message.ToByteArray(), _ => throw new NotSupportedException()),
            Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom));
        var headers = new Metadata();
        if (token is not null)
            headers.Add("dapr-api-token", token);
        return await channel.CreateCallInvoker().AsyncUnaryCall(description, null, new CallOptions(headers), request);
    }

    private async Task<TopicEventResponseStatus> Deliver(TopicEventRequest delivery, string? token = Token) =>
        (await Call("OnTopicEvent", delivery, TopicEventResponse.Parser, process.DeliveryChannel, token)).Status;

    private sealed class Subscriber : IChangeSubscriber
    {
        public List<IMessage> Taken { get; } = [];

        public Exception? Failure { get; set; }

        public IReadOnlyList<string> Sources { get; } = ["projects", "investors"];

        public ValueTask Take(Change change, CancellationToken cancellation) => Keep(change);

        public ValueTask Take(Heartbeat heartbeat, CancellationToken cancellation) => Keep(heartbeat);

        private ValueTask Keep(IMessage message)
        {
            if (Failure is not null)
                throw Failure;
            Taken.Add(message);
            return ValueTask.CompletedTask;
        }
    }
}
