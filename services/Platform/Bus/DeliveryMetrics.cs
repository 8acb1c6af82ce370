using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Mining.Primitives.Time;

namespace Mining.Platform.Bus;

/// <summary>Measures for each source whether its changes come from the broker or from its feed.</summary>
public sealed class DeliveryMetrics(DeliveryMonitor monitor, TimeProvider time, IMeterFactory meters) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create("Mining.Platform.Bus");
        meter.CreateObservableCounter("mining.bus.applied", Applied, "{change}", "Changes that were applied.");
        meter.CreateObservableGauge(
            "mining.bus.delivery_age",
            // A source of which nothing was delivered yet has waited since it is watched.
            () => Each((status, since) => (time.MonotonicNow() - (status.LastDelivery ?? since)).TotalSeconds), "s", "Since the broker last delivered something of a source.");
        meter.CreateObservableGauge(
            "mining.bus.deliveries_missing", () => Each((status, _) => status.IsMissing ? 1 : 0), "{source}", "1 while a source answers and the broker delivers nothing of it.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<long>> Applied() => monitor.Watches.SelectMany(entry =>
    {
        var (source, status) = (Source(entry.Watch), entry.Watch.Status);
        return (Measurement<long>[])[new(status.AppliedFromBroker, source, new("way", "broker")), new(status.AppliedFromFeed, source, new("way", "feed"))];
    });

    private IEnumerable<Measurement<T>> Each<T>(Func<DeliveryStatus, TimeSpan, T> value)
        where T : struct =>
        monitor.Watches.Select(entry => new Measurement<T>(value(entry.Watch.Status, entry.Since), Source(entry.Watch)));

    private static KeyValuePair<string, object?> Source(DeliveryWatch watch) => new("source", watch.Source);
}
