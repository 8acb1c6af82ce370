using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Errors;
using Mining.Platform.Relay;
using Mining.Platform.Tracing;
using Mining.Primitives.Catalogues;
using static Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types;

namespace Mining.Platform.Bus;

/// <summary>Takes what the sidecar delivers from another service's log.</summary>
public interface IChangeSubscriber
{
    /// <summary>The services whose changes it follows.</summary>
    IReadOnlyList<string> Sources { get; }

    /// <summary>Takes a change. It may come twice, late, or out of order.</summary>
    ValueTask Take(Change change, CancellationToken cancellation);

    /// <summary>Takes a heartbeat.</summary>
    ValueTask Take(Heartbeat heartbeat, CancellationToken cancellation);
}

/// <summary>The app token that a delivery must carry; empty: none is demanded.</summary>
public sealed record AppApiToken(string Value);

/// <summary>
/// Where the sidecar delivers. What can be read goes to the subscriber; what cannot (unknown type, wrong source, unreadable)
/// is answered DROP, which sends it to the dead-letter topic, and is counted and logged with its reason: trying again would
/// not help.
/// </summary>
public sealed class DeliveryGrpcService(
    IChangeSubscriber subscriber, BusOptions bus, AppApiToken token, ILogger<DeliveryGrpcService> log) : AppCallback.AppCallbackBase
{
    private static readonly Meter Meter = new("Mining.Platform.Bus");
    private static readonly Counter<long> Poison = Meter.CreateCounter<long>("mining.bus.poison", "{delivery}", "Deliveries that could not be used.");

    /// <summary>Needs no token: Dapr's sidecar sends the app's token with deliveries only, and the names of topics are no secret.</summary>
    public override Task<ListTopicSubscriptionsResponse> ListTopicSubscriptions(Empty request, ServerCallContext context)
    {
        var answer = new ListTopicSubscriptionsResponse();
        foreach (var source in subscriber.Sources)
        {
            answer.Subscriptions.Add(new TopicSubscription
            {
                PubsubName = bus.PubsubName,
                Topic = Topics.Of(source),
                DeadLetterTopic = Topics.DeadLettersOf(source),
            });
        }

        return Task.FromResult(answer);
    }

    public override async Task<TopicEventResponse> OnTopicEvent(TopicEventRequest request, ServerCallContext context)
    {
        Authenticate(context);
        try
        {
            if (request.Type == Change.Descriptor.FullName)
            {
                var change = Change.Parser.ParseFrom(request.Data);
                if (Problem(change.Source, request.Topic) is { } problem)
                    return Drop(request, PoisonReason.WrongSource, problem);
                if (change.Sequence < 1 || change.Version < 1 || change.State is null)
                    return Drop(request, PoisonReason.Incomplete, "it has no sequence, version or state");
                using var span = Trace(request, change);
                await subscriber.Take(change, context.CancellationToken);
            }
            else if (request.Type == Heartbeat.Descriptor.FullName)
            {
                var heartbeat = Heartbeat.Parser.ParseFrom(request.Data);
                if (Problem(heartbeat.Source, request.Topic) is { } problem)
                    return Drop(request, PoisonReason.WrongSource, problem);
                await subscriber.Take(heartbeat, context.CancellationToken);
            }
            else
            {
                return Drop(request, PoisonReason.UnknownType, $"its type {Quote.Of(request.Type)} is not known");
            }

            return new() { Status = TopicEventResponseStatus.Success };
        }
        catch (InvalidProtocolBufferException exception)
        {
            return Drop(request, PoisonReason.Unreadable, $"it cannot be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.LogError(exception, "Delivery {Id} of {Topic} failed; the sidecar will deliver it again", request.Id, request.Topic);
            return new() { Status = TopicEventResponseStatus.Retry };
        }
    }

    private string? Problem(string source, string topic)
    {
        if (!subscriber.Sources.Contains(source))
            return $"its source {Quote.Of(source)} is not followed here";
        return topic == Topics.Of(source) ? null : $"its source {Quote.Of(source)} does not publish on {Quote.Of(topic)}";
    }

    /// <summary>Goes on with the trace of the event, which its publisher set; without one, with that of the commit.</summary>
    private static Activity? Trace(TopicEventRequest request, Change change)
    {
        if (!MeshTracing.Source.HasListeners())
            return null;
        var published = request.Extensions?.Fields.TryGetValue(ChangeEvent.PublishSpanName, out var value) == true ? value.StringValue : "";
        return MeshTracing.Start($"deliver {request.Topic}", ActivityKind.Consumer, published.Length > 0 ? published : change.Traceparent)
            ?.SetTag("mining.resource", change.Resource).SetTag("mining.sequence", change.Sequence);
    }

    /// <summary>The dead letters keep what it was; the log says why, and the metric how often, by reason.</summary>
    private TopicEventResponse Drop(TopicEventRequest request, string reason, string problem)
    {
        Poison.Add(1, new KeyValuePair<string, object?>("reason", reason));
        log.LogError(
            "Delivery {Id} of {Topic} goes to the dead letters ({Reason}): {Problem}",
            Quote.Of(request.Id), Quote.Of(request.Topic), reason, problem);
        return new() { Status = TopicEventResponseStatus.Drop };
    }

    private void Authenticate(ServerCallContext context)
    {
        if (token.Value.Length == 0)
            return;
        var given = context.RequestHeaders.GetValue("dapr-api-token") ?? "";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token.Value)))
            throw new RefusedException(new Refusal(StatusCode.Unauthenticated, "APP_API_TOKEN_WRONG", "The delivery does not carry the app's token."));
    }
}
