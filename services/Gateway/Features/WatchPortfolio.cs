using Google.Protobuf.WellKnownTypes;
using Mining.Gateway.Engine;
using Mining.Gateway.Facts;
using Mining.Gateway.Follow;
using Mining.Platform.Catalogues;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>
/// Sends the summary now, or what of it is asked for, again whenever a figure in it changes (at most four times a second: a slow watcher gets
/// the latest one, not all of them), and a heartbeat when none does. All watchers look in rounds: there is one timer for thousands, and what
/// one of them is sent is made once for all who ask the same. Errors: as the summary; UNAVAILABLE when the gateway stops.
/// </summary>
public sealed class WatchPortfolio(
    PortfolioFollower follower, GetPortfolioSummary getPortfolioSummary, TimeProvider time, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>How many paths a mask may have.</summary>
    public const int MaxPaths = 50;

    /// <summary>The shortest time between two rounds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>With many watchers it is this long for each of them, so that what all of them are sent stays bounded.</summary>
    public static readonly TimeSpan IntervalOfEach = TimeSpan.FromMicroseconds(100);

    /// <summary>Never longer than this.</summary>
    public static readonly TimeSpan MaxInterval = TimeSpan.FromMilliseconds(750);

    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MinHeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxHeartbeatInterval = TimeSpan.FromSeconds(300);

    private readonly LruCache<(SerializedSummary Whole, FieldMask Mask), SerializedSummary> parts = new(capacity: 16);
    private TaskCompletionSource round = NewRound();
    private volatile SharedMessage? latest;
    private int watchers;

    /// <param name="request">What is watched.</param>
    /// <param name="caller">Who watches.</param>
    /// <param name="send">Takes one message of <see cref="WatchPortfolioResponse"/>, and completes when there is room for the next.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public async Task Run(WatchPortfolioRequest request, Caller caller, Func<SerializedAnswer, CancellationToken, Task> send, CancellationToken cancellation)
    {
        var heartbeat = ReadHeartbeat(request.HeartbeatInterval);
        var mask = ReadMask(request.ReadMask);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        Interlocked.Increment(ref watchers);
        try
        {
            await Watch(new GetPortfolioSummaryRequest { Query = request.Query }, mask, caller, send, heartbeat, ending.Token);
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

    /// <summary>Begins the rounds.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Interlocked.Exchange(ref round, NewRound()).SetResult();
            await Task.Delay(IntervalOf(Volatile.Read(ref watchers)), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>How long a watcher waits at least between two summaries, with so many watchers.</summary>
    internal static TimeSpan IntervalOf(int watchers)
    {
        var interval = watchers * IntervalOfEach;
        return interval < Interval ? Interval : interval > MaxInterval ? MaxInterval : interval;
    }

    private async Task Watch(
        GetPortfolioSummaryRequest request, FieldMask? mask, Caller caller, Func<SerializedAnswer, CancellationToken, Task> send, TimeSpan heartbeat,
        CancellationToken ending)
    {
        SerializedSummary? sent = null;
        var silentSince = time.GetTimestamp();
        while (true)
        {
            var next = Volatile.Read(ref round).Task;
            var view = follower.View;
            var now = time.GetUtcNow();
            // The day may have changed too, so a summary is asked for at each round.
            var summary = Part(getPortfolioSummary.Ready(view.Snapshot, request, caller, DateOnly.FromDateTime(now.UtcDateTime)), mask);
            if (sent is null || !sent.SaysTheSameAs(summary))
            {
                await send(MessageOf(summary, view.SerializeFreshness(time)), ending);
                silentSince = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(silentSince) >= heartbeat)
            {
                await send(SerializedAnswer.Of(new WatchPortfolioResponse { Heartbeat = new() { SendTime = Timestamp.FromDateTimeOffset(now), Freshness = { view.Freshness(time) } } }), ending);
                silentSince = time.GetTimestamp();
            }

            sent = summary;
            await next.WaitAsync(ending);
        }
    }

    /// <summary>A summary as a message: one for all watchers of a round that are sent the same.</summary>
    private SerializedAnswer MessageOf(SerializedSummary summary, SerializedFreshness freshness)
    {
        if (latest is { } known && ReferenceEquals(known.Summary, summary) && ReferenceEquals(known.Freshness, freshness))
            return known.Message;
        var message = SerializedAnswer.ToWatcher(summary, freshness);
        latest = new SharedMessage(summary, freshness, message);
        return message;
    }

    /// <summary>What a mask leaves of a summary.</summary>
    private SerializedSummary Part(SerializedSummary whole, FieldMask? mask) => mask is null ? whole : parts.GetOrAdd((whole, mask), (whole, mask), static of =>
    {
        var part = new PortfolioSummary();
        of.mask.Merge(of.whole.Message, part);
        return new SerializedSummary(part);
    });

    /// <summary>Null: everything.</summary>
    private static FieldMask? ReadMask(FieldMask? given)
    {
        if (given is null or { Paths: [] or ["*"] })
            return null;
        var violations = new Violations();
        violations.CheckCount("read_mask.paths", given.Paths.Count, MaxPaths);
        for (var i = 0; i < given.Paths.Count; i++)
        {
            if (!FieldMask.IsValid<PortfolioSummary>(given.Paths[i]))
                violations.Add($"read_mask.paths[{i}]", $"{Quote.Of(given.Paths[i])} is no field of the summary.");
        }

        violations.ThrowIfAny();
        return given;
    }

    private static TaskCompletionSource NewRound() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TimeSpan ReadHeartbeat(Duration? given)
    {
        if (given is null)
            return DefaultHeartbeat;
        var seconds = given.Seconds + (given.Nanos / 1e9);
        return seconds >= MinHeartbeatInterval.TotalSeconds && seconds <= MaxHeartbeatInterval.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new RefusedException(Refusal.Invalid("heartbeat_interval", "must be 1 to 300 seconds."));
    }

    private sealed record SharedMessage(SerializedSummary Summary, SerializedFreshness Freshness, SerializedAnswer Message);
}
