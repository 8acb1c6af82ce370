using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Gateway.Follow;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>
/// Sends the summary now, again whenever a figure changes (at most four times a second: a slow watcher gets the latest one,
/// not all of them), and a heartbeat when none does. Errors: as the summary; UNAVAILABLE when the gateway stops.
/// </summary>
public sealed class WatchPortfolio(
    PortfolioFollower follower, GetPortfolioSummary getPortfolioSummary, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>The shortest time between two summaries.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromSeconds(300);

    public async Task Run(WatchPortfolioRequest request, Caller caller, IServerStreamWriter<WatchPortfolioResponse> stream, CancellationToken cancellation)
    {
        var heartbeat = ReadHeartbeat(request.HeartbeatInterval);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            await Watch(new GetPortfolioSummaryRequest { Query = request.Query }, caller, stream, heartbeat, ending.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RefusedException(Refusal.Unavailable("SERVICE_STOPPING", "The gateway stops; call again, and the present summary comes first."));
        }
    }

    private async Task Watch(
        GetPortfolioSummaryRequest request, Caller caller, IServerStreamWriter<WatchPortfolioResponse> stream, TimeSpan heartbeat, CancellationToken ending)
    {
        PortfolioSummary? sent = null;
        var silentSince = time.GetTimestamp();
        while (true)
        {
            var changed = follower.Changed;
            var view = follower.View;
            var now = time.GetUtcNow();
            // The day may have changed too, so a summary is asked for at each heartbeat as well.
            var summary = getPortfolioSummary.Answer(view.Snapshot, request, caller, DateOnly.FromDateTime(now.UtcDateTime), view.Freshness(time));
            if (sent is null || !GetPortfolioSummary.SameFigures(sent, summary))
            {
                await stream.WriteAsync(new() { Summary = summary }, ending);
                sent = summary;
                silentSince = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(silentSince) >= heartbeat)
            {
                await stream.WriteAsync(new() { Heartbeat = new() { SendTime = Timestamp.FromDateTimeOffset(now), Freshness = { view.Freshness(time) } } }, ending);
                silentSince = time.GetTimestamp();
            }

            await Task.Delay(Interval, time, ending);
            var rest = heartbeat - time.GetElapsedTime(silentSince);
            if (rest > TimeSpan.Zero)
                await Task.WhenAny(changed, Task.Delay(rest, time, ending));
            ending.ThrowIfCancellationRequested();
        }
    }

    private static TimeSpan ReadHeartbeat(Duration? given)
    {
        if (given is null)
            return DefaultHeartbeat;
        var seconds = given.Seconds + (given.Nanos / 1e9);
        return seconds >= ShortestHeartbeat.TotalSeconds && seconds <= LongestHeartbeat.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new RefusedException(Refusal.Invalid("heartbeat_interval", "must be 1 to 300 seconds."));
    }
}
