using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Resilience;
using Mining.Platform.Tracing;
using Mining.Primitives.Settings;
using Polly;

namespace Mining.Platform.Relay;

/// <summary>The lease was taken by another replica, so this one stops publishing.</summary>
internal sealed class LeaseLostException : Exception;

/// <summary>
/// Publishes changes and heartbeats under the publish lease, retries until it succeeds, and isolates the entries that the broker rejects.
/// </summary>
internal sealed class Publication(IEventPublisher publisher, PublishLease lease, ChangeLog log, ServiceIdentity service, TimeProvider time, ILogger logger)
{
    private readonly ResiliencePipeline retry = ChangeRelay.RetryPipeline(time, logger);
    private readonly ResiliencePipeline timeout = ChangeRelay.TimeoutPipeline(time);
    private readonly string topic = Topics.Of(service.Name);
    private long lastTaken = time.GetTimestamp();

    /// <summary>Publishes a batch, retrying until it succeeds. Returns the rejected entries with the reasons.</summary>
    /// <exception cref="LeaseLostException">Another replica has taken the lease.</exception>
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

    /// <summary>Sends a heartbeat. Returns whether it was accepted.</summary>
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
            // The next heartbeat follows in a second, and consumers read the feed if they get none.
            logger.LogDebug(exception, "A heartbeat was not published");
            return false;
        }
    }

    /// <summary>
    /// Yields the lease if this replica's sidecar accepts nothing, because another replica's sidecar may work. If no other replica takes
    /// the lease, this one takes it again.
    /// </summary>
    private async Task YieldLease(CancellationToken cancellation)
    {
        if (time.GetElapsedTime(lastTaken) < PublishLease.Length)
            return;
        await lease.Release();
        await Task.Delay(ChangeRelay.YieldedLeaseDelay, time, cancellation);
        lastTaken = time.GetTimestamp();
    }

    /// <summary>
    /// Publishes a batch. A rejection may be caused by an entry, the broker or the sidecar's configuration. An entry is blamed only if a
    /// heartbeat is accepted afterwards, and a batch that is rejected as a whole is bisected down to the entry.
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

    /// <summary>Sends changes, each in a span of the trace of its commit, so that deliveries continue that trace.</summary>
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
