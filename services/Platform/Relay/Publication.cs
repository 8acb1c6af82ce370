using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Hosting;
using Polly;

namespace Mining.Platform.Relay;

/// <summary>The lease went to another replica: it publishes, and this one stops.</summary>
internal sealed class LeaseLostException : Exception;

/// <summary>
/// Hands changes and heartbeats to the broker, under the publish lease: however often it takes, and with a finding of what is at fault
/// when the broker refuses.
/// </summary>
internal sealed class Publication(IEventPublisher publisher, PublishLease lease, ChangeLog log, ServiceIdentity service, TimeProvider time, ILogger logger)
{
    private readonly ResiliencePipeline retry = ChangeRelay.RetryPipeline(time, logger);
    private readonly ResiliencePipeline timeout = ChangeRelay.PatiencePipeline(time);
    private readonly string topic = Topics.Of(service.Name);
    private long lastTaken = time.GetTimestamp();

    /// <summary>Publishes a batch, however often it takes; answers the entries that were refused, with the reason.</summary>
    /// <exception cref="LeaseLostException">Another replica publishes now.</exception>
    public async Task<IReadOnlyList<(Change Change, string Reason)>> Publish(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        lastTaken = time.GetTimestamp();
        return await retry.Run(
            async token =>
            {
                await YieldLease(token);
                return await TryToPublish(changes, token);
            },
            cancellation);
    }

    /// <summary>Sends a heartbeat; answers whether it was taken.</summary>
    public async Task<bool> SendHeartbeat(CancellationToken cancellation)
    {
        var head = await log.Head(cancellation);
        var heartbeat = new Heartbeat
        {
            Source = service.Name,
            LogId = head.LogId,
            LastSequence = head.LastSequence,
            SendTime = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
        };
        try
        {
            return (await Send([ChangeEvent.Of(heartbeat)], cancellation)).Count == 0;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // The next one is a second away; consumers read the feed when they hear nothing.
            logger.LogDebug(exception, "A heartbeat was not published");
            return false;
        }
    }

    /// <summary>
    /// The lease is not held for ever by a replica whose sidecar takes nothing: another one's may work. Without another one it is taken
    /// again after a moment.
    /// </summary>
    private async Task YieldLease(CancellationToken cancellation)
    {
        if (time.GetElapsedTime(lastTaken) < PublishLease.Length)
            return;
        await lease.Release();
        await Task.Delay(ChangeRelay.StandBack, time, cancellation);
        lastTaken = time.GetTimestamp();
    }

    /// <summary>
    /// Publishes a batch. A refusal does not say whether an entry is at fault, the broker, or the sidecar's configuration: so an
    /// entry is at fault only when a heartbeat is taken then, and a batch that is refused as a whole is halved down to the entry.
    /// </summary>
    private async Task<IReadOnlyList<(Change Change, string Reason)>> TryToPublish(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        try
        {
            var refused = await SendTraced(changes, cancellation);
            if (refused.Count > 0 && !await SendHeartbeat(cancellation))
                throw new IOException($"The broker rejects every change: {refused.First().Value}");
            return [.. changes.Where(change => refused.ContainsKey(change.EventId)).Select(change => (change, refused[change.EventId]))];
        }
        catch (PublicationRefusedException) when (changes.Count > 1)
        {
            var refused = new List<(Change, string)>();
            foreach (var half in changes.Chunk((changes.Count + 1) / 2))
                refused.AddRange(await TryToPublish(half, cancellation));
            return refused;
        }
        catch (PublicationRefusedException refusal)
        {
            if (await SendHeartbeat(cancellation))
                return [(changes[0], refusal.Message)];
            throw;
        }
    }

    /// <summary>Sends changes, each in a span of the trace in which it was committed; deliveries go on from there.</summary>
    private async Task<IReadOnlyDictionary<string, string>> SendTraced(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        if (!MeshTracing.Source.HasListeners())
            return await Send([.. changes.Select(change => ChangeEvent.Of(change))], cancellation);
        var spans = changes.Select(change => MeshTracing.StartAside($"publish {topic}", ActivityKind.Producer, change.Traceparent)).ToList();
        try
        {
            var refused = await Send([.. changes.Zip(spans, (change, span) => ChangeEvent.Of(change, span?.Id))], cancellation);
            foreach (var (change, span) in changes.Zip(spans))
            {
                span?.SetTag("mining.resource", change.Resource).SetTag("mining.sequence", change.Sequence);
                if (refused.TryGetValue(change.EventId, out var reason))
                    span?.SetStatus(ActivityStatusCode.Error, reason);
            }

            return refused;
        }
        catch (Exception exception)
        {
            spans.ForEach(span => span?.SetStatus(ActivityStatusCode.Error, exception.Message));
            throw;
        }
        finally
        {
            spans.ForEach(MeshTracing.StopAside);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> Send(IReadOnlyList<ChangeEvent> events, CancellationToken cancellation)
    {
        if (!await lease.Hold(cancellation))
            throw new LeaseLostException();
        var refused = await timeout.Run(token => publisher.Publish(topic, events, token), cancellation);
        lastTaken = time.GetTimestamp();
        return refused;
    }
}
