using Google.Protobuf.WellKnownTypes;
using Mining.Gateway.Engine;
using Mining.Gateway.Facts;
using Mining.Gateway.Follow;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Mining.Primitives.Catalogues;

namespace Mining.Gateway.Features;

/// <summary>
/// Sends the current summary, or the requested fields of it, and again after every change of a figure: at most four times a second, so a
/// slow watcher skips intermediate states. Sends a heartbeat when nothing changes. All watchers share one timer, and equal requests
/// share one message. Errors: those of the summary; UNAVAILABLE when the gateway stops.
/// </summary>
public sealed class WatchPortfolio(
    PortfolioFollower follower, GetPortfolioSummary getPortfolioSummary, TimeProvider time, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>Maximum number of paths in a mask.</summary>
    public const int MaxPaths = 50;

    /// <summary>Minimum interval between two rounds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>The interval grows by this much per watcher, which bounds the total output.</summary>
    public static readonly TimeSpan IntervalPerWatcher = TimeSpan.FromMicroseconds(100);

    /// <summary>Maximum interval between two rounds.</summary>
    public static readonly TimeSpan MaxInterval = TimeSpan.FromMilliseconds(750);

    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MinHeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxHeartbeatInterval = TimeSpan.FromSeconds(300);

    private readonly LruCache<(SerializedSummary Whole, FieldMask Mask), SerializedSummary> parts = new(capacity: 16);
    private TaskCompletionSource round = NewRound();
    private volatile SharedMessage? latest;
    private int watchers;

    /// <param name="request">The request.</param>
    /// <param name="caller">The watcher.</param>
    /// <param name="send">Sends one serialized <see cref="WatchPortfolioResponse"/>, and completes when the next can be sent.</param>
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
            throw new RefusedException(Refusal.Unavailable("SERVICE_STOPPING", "The gateway is shutting down; retry to receive the current summary."));
        }
        finally
        {
            Interlocked.Decrement(ref watchers);
        }
    }

    /// <summary>Starts the rounds.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Interlocked.Exchange(ref round, NewRound()).SetResult();
            await Task.Delay(IntervalOf(Volatile.Read(ref watchers)), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>The minimum interval between two summaries for this number of watchers.</summary>
    internal static TimeSpan IntervalOf(int watchers)
    {
        var interval = watchers * IntervalPerWatcher;
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
            // Recompute in each round, because the date may have changed too.
            var summary = Part(getPortfolioSummary.Ready(view.Snapshot, request, caller, DateOnly.FromDateTime(now.UtcDateTime)), mask);
            if (sent is null || !sent.HasEqualFigures(summary))
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

    /// <summary>The summary as a message to watchers, shared by all watchers that need it at about the same time.</summary>
    private SerializedAnswer MessageOf(SerializedSummary summary, SerializedFreshness freshness)
    {
        if (latest is { } known && ReferenceEquals(known.Summary, summary) && ReferenceEquals(known.Freshness, freshness))
            return known.Message;
        var message = SerializedAnswer.ToWatcher(summary, freshness);
        latest = new SharedMessage(summary, freshness, message);
        return message;
    }

    /// <summary>A summary reduced to the fields of a mask.</summary>
    private SerializedSummary Part(SerializedSummary whole, FieldMask? mask) => mask is null ? whole : parts.GetOrAdd((whole, mask), (whole, mask), static of =>
    {
        var part = new PortfolioSummary();
        of.mask.Merge(of.whole.Message, part);
        return new SerializedSummary(part);
    });

    /// <summary>The mask; null means all fields.</summary>
    private static FieldMask? ReadMask(FieldMask? given)
    {
        if (given is null or { Paths: [] or ["*"] })
            return null;
        var violations = new Violations();
        violations.CheckCount("read_mask.paths", given.Paths.Count, MaxPaths);
        for (var i = 0; i < given.Paths.Count; i++)
        {
            if (!FieldMask.IsValid<PortfolioSummary>(given.Paths[i]))
                violations.Add($"read_mask.paths[{i}]", $"{Quote.Of(given.Paths[i])} is not a field of the summary.");
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
