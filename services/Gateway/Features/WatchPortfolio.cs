using Google.Protobuf.WellKnownTypes;
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

    /// <summary>With many watchers it is this long for each of them, so that what all of them are sent stays bounded.</summary>
    public static readonly TimeSpan IntervalOfEach = TimeSpan.FromMicroseconds(100);

    /// <summary>Never longer than this.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(750);

    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromSeconds(300);

    private int watchers;

    /// <param name="request">What is watched.</param>
    /// <param name="caller">Who watches.</param>
    /// <param name="send">Takes one message of <see cref="WatchPortfolioResponse"/>, and completes when there is room for the next.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public async Task Run(WatchPortfolioRequest request, Caller caller, Func<ReadyAnswer, CancellationToken, Task> send, CancellationToken cancellation)
    {
        var heartbeat = ReadHeartbeat(request.HeartbeatInterval);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        Interlocked.Increment(ref watchers);
        try
        {
            await Watch(new GetPortfolioSummaryRequest { Query = request.Query }, caller, send, heartbeat, ending.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RefusedException(Refusal.Unavailable("SERVICE_STOPPING", "The gateway stops; call again, and the present summary comes first."));
        }
        finally
        {
            Interlocked.Decrement(ref watchers);
        }
    }

    /// <summary>How long a watcher waits at least between two summaries, with so many watchers.</summary>
    internal static TimeSpan IntervalOf(int watchers)
    {
        var interval = watchers * IntervalOfEach;
        return interval < Interval ? Interval : interval > LongestInterval ? LongestInterval : interval;
    }

    private async Task Watch(
        GetPortfolioSummaryRequest request, Caller caller, Func<ReadyAnswer, CancellationToken, Task> send, TimeSpan heartbeat, CancellationToken ending)
    {
        ReadySummary? sent = null;
        var silentSince = time.GetTimestamp();
        while (true)
        {
            var changed = follower.Changed;
            var view = follower.View;
            var now = time.GetUtcNow();
            // The day may have changed too, so a summary is asked for at each heartbeat as well.
            var summary = getPortfolioSummary.Ready(view.Snapshot, request, caller, DateOnly.FromDateTime(now.UtcDateTime));
            if (sent is null || !sent.SaysTheSameAs(summary))
            {
                await send(view.Message(summary, time), ending);
                silentSince = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(silentSince) >= heartbeat)
            {
                await send(ReadyAnswer.Of(new WatchPortfolioResponse { Heartbeat = new() { SendTime = Timestamp.FromDateTimeOffset(now), Freshness = { view.Freshness(time) } } }), ending);
                silentSince = time.GetTimestamp();
            }

            sent = summary;
            await Task.Delay(IntervalOf(Volatile.Read(ref watchers)), time, ending);
            var rest = heartbeat - time.GetElapsedTime(silentSince);
            if (rest > TimeSpan.Zero)
                await changed.WaitAsync(rest, time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
