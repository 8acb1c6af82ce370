using Dapr;
using Dapr.Client;
using Grpc.Core;

namespace Mining.Platform.Relay;

/// <summary>Publishes through the Dapr sidecar.</summary>
public sealed class DaprPublisher(DaprClient dapr, BusOptions bus) : IEventPublisher
{
    public async Task<IReadOnlyDictionary<string, string>> Publish(string topic, IReadOnlyList<ChangeEvent> events, CancellationToken cancellation)
    {
        try
        {
            var answer = await dapr.BulkPublishEventAsync(bus.PubsubName, topic, events, cancellationToken: cancellation);
            return answer.FailedEntries.ToDictionary(entry => entry.Entry.EventData.Id, entry => entry.ErrorMessage);
        }
        catch (DaprException exception) when (MayBeRefusal(exception))
        {
            throw new PublicationRefusedException(exception.InnerException!.Message, exception);
        }
    }

    /// <summary>
    /// Whether the sidecar may have rejected the call itself. Dapr returns these codes for an unreadable entry (INVALID_ARGUMENT), an entry
    /// that the broker rejects (INTERNAL) and a call that is too large (RESOURCE_EXHAUSTED), but also for a missing pub/sub component or an
    /// unavailable broker.
    /// </summary>
    private static bool MayBeRefusal(DaprException exception) => exception.InnerException is RpcException
    {
        StatusCode: StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.Internal or StatusCode.ResourceExhausted
    };
}
