using Dapr;
using Dapr.Client;
using Grpc.Core;
using Mining.Platform.Hosting;

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
    /// The sidecar has looked at the call and refused it. Dapr answers so for an entry that cannot be read (INVALID_ARGUMENT) or
    /// that the broker does not take (INTERNAL), and for a call that is too large (RESOURCE_EXHAUSTED); but also for a pub/sub
    /// component that it does not have, or a broker that is away.
    /// </summary>
    private static bool MayBeRefusal(DaprException exception) => exception.InnerException is RpcException
    {
        StatusCode: StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.Internal or StatusCode.ResourceExhausted
    };
}
