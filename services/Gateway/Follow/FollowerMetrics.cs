using System.Diagnostics.Metrics;
using Mining.Primitives.Time;

namespace Mining.Gateway.Follow;

/// <summary>Metrics of the gateway's lag behind its sources. Each response states the same to its caller.</summary>
public sealed class FollowerMetrics(PortfolioFollower follower, TimeProvider time, IMeterFactory meters) : IHostedService
{
    private TimeSpan begin;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        begin = time.MonotonicNow();
        var meter = meters.Create("Mining.Gateway.Follow");
        meter.CreateObservableGauge(
            "mining.gateway.lag", () => Each(source => source.LastKnown - source.Watermark), "{change}", "Changes that are known but not applied yet.");
        meter.CreateObservableGauge(
            "mining.gateway.staleness",
            // A source that was never seen is as stale as the process is old.
            () => Each(source => (time.MonotonicNow() - (source.LastSeen ?? begin)).TotalSeconds), "s", "Time since the source was last seen.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<T>> Each<T>(Func<SourcePosition, T> value)
        where T : struct =>
        follower.View.Sources.Select(source => new Measurement<T>(value(source), new KeyValuePair<string, object?>("source", source.Source)));
}
