using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mining.Platform.Relay;
using Mining.Primitives.Time;

namespace Mining.Platform.Bus;

/// <summary>Says in the log, once each, that the broker has stopped delivering a source and that it delivers again.</summary>
public sealed class DeliveryMonitor(BusOptions bus, TimeProvider time, ILogger<DeliveryMonitor> log)
{
    private readonly ConcurrentDictionary<DeliveryWatch, Watched> watches = [];

    /// <summary>Each source that is watched, and since when on the monotonic clock.</summary>
    public IEnumerable<(DeliveryWatch Watch, TimeSpan Since)> Watches => watches.Select(entry => (entry.Key, entry.Value.Since));

    /// <summary>Begins to watch a source.</summary>
    public void Add(DeliveryWatch watch) => watches.TryAdd(watch, new Watched(time.MonotonicNow()));

    /// <summary>Logs what has changed of a source since the last call. Called by the one loop that watches it.</summary>
    public void Report(DeliveryWatch watch)
    {
        var (watched, status) = (watches[watch], watch.Status);
        if (status.IsMissing == watched.IsReported)
            return;
        watched.IsReported = status.IsMissing;
        if (status.IsMissing)
        {
            log.LogWarning(
                "The broker has delivered nothing of {Source} for {Seconds:F0} s, not even a heartbeat, although {Source} answers. Nothing is lost, but its "
                + "changes arrive late. Look at the sidecars of this service and of {Source}, the component {Component}, the subscription to {Topic}, "
                + "and the broker",
                watch.Source, (time.MonotonicNow() - (status.LastDelivery ?? watched.Since)).TotalSeconds, watch.Source, watch.Source, bus.PubsubName,
                Topics.Of(watch.Source));
        }
        else
        {
            log.LogInformation("The broker delivers {Source} again", watch.Source);
        }
    }

    private sealed class Watched(TimeSpan since)
    {
        public TimeSpan Since => since;

        public bool IsReported { get; set; }
    }
}
