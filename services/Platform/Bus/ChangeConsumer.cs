using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Tracing;
using Mining.Primitives.Time;

namespace Mining.Platform.Bus;

/// <summary>Where a consumer applies changes. Called by one loop only.</summary>
public interface IChangeSink
{
    /// <summary>The sources to follow, resumed from the sink's own checkpoint.</summary>
    Task<IReadOnlyList<SourceFollower>> Resume(CancellationToken cancellation);

    /// <summary>Applies changes. It keeps the highest version of each resource, so order and duplicates do not matter.</summary>
    void Apply(IReadOnlyList<Change> changes);

    /// <summary>Drops all that came from a source: its log is another one now.</summary>
    void Forget(string source);

    /// <summary>What was applied since the last call may be shown now, together with the followers' positions.</summary>
    void Publish(IReadOnlyList<SourceFollower> followers);

    /// <summary>Completes when more may be applied: who writes behind what it applies may have to catch up with itself.</summary>
    Task HasRoom(CancellationToken cancellation);
}

/// <summary>Reads a service's feed.</summary>
public interface IFeedReader
{
    /// <summary>The feed after a sequence, to its present end. Its last answer is always one without changes.</summary>
    IAsyncEnumerable<ReadChangesResponse> Read(string source, long afterSequence, CancellationToken cancellation);
}

/// <summary>
/// Follows the logs of other services. Deliveries of the broker make it fast; the feed makes it right: a hole that stays open,
/// a heartbeat ahead of the watermark, or silence makes it read the feed from the watermark on. One loop applies everything.
/// </summary>
public sealed class ChangeConsumer(
    IReadOnlyList<string> sources, IChangeSink sink, IFeedReader feed, DeliveryMonitor monitor, TimeProvider time, ILogger<ChangeConsumer> log)
    : BackgroundService, IChangeSubscriber
{
    /// <summary>How long a hole may stay open before the feed is read; most are closed by the next delivery.</summary>
    public static readonly TimeSpan HoleTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a source may be silent before its feed is asked. Heartbeats come each second.</summary>
    public static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long after a failed try the feed is asked again.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How many changes are applied at most before it is looked whether they are to be shown.</summary>
    public const int MaxChangesPerStep = 1_000;

    /// <summary>
    /// How long changes that are applied may wait to be shown while more of them are on their way: whoever is far behind gains nothing by
    /// showing a thousand more each time, and showing costs. As soon as nothing is on its way, all is shown.
    /// </summary>
    public static readonly TimeSpan MaxPublishDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Showing much takes longer than that; so the time from one showing to the next is at least so many times what the last one took,
    /// whether more is on its way or not: showing takes a tenth of one processor at most. After a rest a change is shown at once.
    /// </summary>
    public const int PublishBackoffFactor = 10;

    /// <summary>
    /// How many answers of one source's feed, each of up to 500 changes, wait to be applied: the next is read and decoded while the ones before
    /// are applied, and more of them would only take memory.
    /// </summary>
    public const int MaxRunsWaiting = 4;

    /// <summary>A change that is older than this is applied without a span.</summary>
    public static readonly TimeSpan MaxTraceAge = TimeSpan.FromMinutes(1);

    private const int MaxQueueLength = 10_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private static readonly Meter Meter = new("Mining.Platform.Bus");
    private static readonly Counter<long> Repairs = Meter.CreateCounter<long>("mining.bus.hole_repairs", "{repair}", "Times that the feed was read because something was missing.");

    private readonly Channel<Item> queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(MaxQueueLength) { SingleReader = true });
    private readonly Dictionary<string, Follow> follows = [];
    private IReadOnlyList<SourceFollower> followers = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Sources => sources;

    public async ValueTask Take(Change change, CancellationToken cancellation) =>
        await queue.Writer.WriteAsync(new Item(change.Source, Change: change, Delivery: MeshTracing.Source.HasListeners() ? Activity.Current : null), cancellation);

    public async ValueTask Take(Heartbeat heartbeat, CancellationToken cancellation) =>
        await queue.Writer.WriteAsync(new Item(heartbeat.Source, Heartbeat: heartbeat), cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            followers = await sink.Resume(stoppingToken);
            foreach (var follower in followers)
            {
                follows[follower.Source] = new Follow(follower);
                monitor.Add(follower.Deliveries);
            }

            sink.Publish(followers);
            await using var timer = time.CreateTimer(_ => queue.Writer.TryWrite(new Item("")), null, TimeSpan.Zero, Tick);
            await using var backoffTimer = time.CreateTimer(_ => queue.Writer.TryWrite(new Item("")), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var (unpublished, backoffEnd, nextPublish) = (0, TimeSpan.Zero, time.MonotonicNow() + MaxPublishDelay);
            while (await queue.Reader.WaitToReadAsync(stoppingToken))
            {
                var steps = 0;
                while (steps < MaxChangesPerStep && queue.Reader.TryRead(out var item))
                    steps += Process(item);
                unpublished += steps;
                var now = time.MonotonicNow();
                if (unpublished > 0 && (now >= nextPublish || (now >= backoffEnd && !IsMoreOnItsWay())))
                {
                    sink.Publish(followers);
                    var shown = time.MonotonicNow();
                    backoffEnd = shown + ((shown - now) * PublishBackoffFactor);
                    (unpublished, nextPublish) = (0, backoffEnd > shown + MaxPublishDelay ? backoffEnd : shown + MaxPublishDelay);
                }
                else if (unpublished > 0 && now < backoffEnd)
                {
                    backoffTimer.Change(backoffEnd - now, Timeout.InfiniteTimeSpan);
                }

                Repair(stoppingToken);
                await sink.HasRoom(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    /// <summary>Whether changes wait here, or a feed is about to bring them.</summary>
    private bool IsMoreOnItsWay() =>
        queue.Reader.Count > 0 || follows.Values.Any(follow => follow.Reading && follow.Follower.BehindSince is not null);

    /// <summary>Takes an item into account; answers how much work it was.</summary>
    private int Process(Item item)
    {
        if (!follows.TryGetValue(item.Source, out var follow))
            return 0;
        var follower = follow.Follower;
        var now = time.MonotonicNow();
        switch (item)
        {
            case { Change: { } change }:
                var isOfLog = IsOfLog(follow, change.LogId);
                follower.Deliveries.Delivered(now, isOfLog ? Apply(follower, [change], item.Delivery, now) : 0);
                return isOfLog ? 1 : 0;
            case { Heartbeat: { } heartbeat }:
                follower.Deliveries.Delivered(now);
                if (IsOfLog(follow, heartbeat.LogId))
                    follower.Observe(heartbeat.LastSequence, now);
                return 1;
            case { Run: { } run }:
                follow.Places.Reader.TryRead(out _);
                if (run.LogId != follower.LogId)
                {
                    if (follower.LogId.Length > 0)
                    {
                        log.LogWarning("The log of {Source} is another one now; all that came from the old one is dropped and read anew", item.Source);
                        sink.Forget(item.Source);
                    }

                    follower.Restart(run.LogId);
                    if (item.RunAfter > 0)
                    {
                        follow.AskNow = true;
                        return 1;
                    }
                }

                follower.Deliveries.SourceAnswered(now, Apply(follower, run.Changes, null, now));
                follower.Observe(run.LastSequence, now);
                return 1 + run.Changes.Count;
            default:
                return 0;
        }
    }

    /// <summary>Applies what is not applied yet; answers how many changes that was.</summary>
    private int Apply(SourceFollower follower, IReadOnlyList<Change> changes, Activity? delivery, TimeSpan now)
    {
        List<Change> unknown = [.. changes.Where(change => follower.Accept(change.Sequence, now))];
        var spans = new Stack<Activity>(unknown.Select(change => Trace(change, delivery)).OfType<Activity>());
        sink.Apply(unknown);
        foreach (var span in spans)
            span.Dispose();
        return unknown.Count;
    }

    /// <summary>A history that is read anew is no part of the calls that made it.</summary>
    private Activity? Trace(Change change, Activity? delivery) =>
        MeshTracing.Source.HasListeners() && time.GetUtcNow() - change.CommitTime?.ToDateTimeOffset() < MaxTraceAge
            ? MeshTracing.Start($"apply {change.Source}", ActivityKind.Internal, delivery?.Id ?? change.Traceparent)
                ?.SetTag("mining.resource", change.Resource).SetTag("mining.sequence", change.Sequence)
            : null;

    /// <summary>Only the feed may say that a log is another one: a delivery may be a late one of the old log.</summary>
    private static bool IsOfLog(Follow follow, string logId)
    {
        if (follow.Follower.LogId == logId)
            return true;
        follow.AskNow = true;
        return false;
    }

    private void Repair(CancellationToken cancellation)
    {
        var now = time.MonotonicNow();
        foreach (var follow in follows.Values)
        {
            monitor.Report(follow.Follower.Deliveries);
            if (follow.Reading || now < follow.NotBefore)
                continue;
            var hole = now - follow.Follower.BehindSince >= HoleTimeout;
            var silent = follow.Follower.LastSeen is not { } observed || now - observed >= SilenceTimeout;
            if (!hole && !silent && !follow.AskNow)
                continue;
            if (hole)
            {
                follow.Follower.HoleRepairs++;
                Repairs.Add(1);
                log.LogDebug("The feed of {Source} is read from {Watermark} on: something is missing", follow.Follower.Source, follow.Follower.Watermark);
            }

            follow.AskNow = false;
            follow.Reading = true;
            _ = ReadFeed(follow, follow.Follower.Watermark, cancellation);
        }
    }

    private async Task ReadFeed(Follow follow, long after, CancellationToken cancellation)
    {
        var source = follow.Follower.Source;
        try
        {
            await foreach (var run in feed.Read(source, after, cancellation))
            {
                await follow.Places.Writer.WriteAsync(true, cancellation);
                await queue.Writer.WriteAsync(new Item(source, Run: run, RunAfter: after), cancellation);
                after = run.Changes.Count > 0 ? run.Changes[^1].Sequence : after;
            }

            if (follow.Failing)
                log.LogInformation("The feed of {Source} answers again", source);
            follow.Failing = false;
        }
        catch (Exception exception)
        {
            // Whatever it is, such as an address that is not configured: it is said, and the feed is asked again.
            if (!cancellation.IsCancellationRequested && !follow.Failing)
            {
                follow.Failing = true;
                log.LogWarning("The feed of {Source} does not answer ({Reason}); figures stay as they are, and it is asked again", source, Reason(exception));
            }

            follow.Follower.Deliveries.SourceFailed();
            follow.NotBefore = time.MonotonicNow() + RetryInterval;
        }
        finally
        {
            follow.Reading = false;
        }
    }

    private static string Reason(Exception exception) => exception is RpcException rpc ? $"{rpc.StatusCode}: {rpc.Status.Detail}" : exception.Message;

    private readonly record struct Item(
        string Source, Change? Change = null, Heartbeat? Heartbeat = null, ReadChangesResponse? Run = null, long RunAfter = 0,
        Activity? Delivery = null);

    /// <summary>A follower with the state of its feed reading.</summary>
    private sealed class Follow(SourceFollower follower)
    {
        private volatile bool reading;

        public SourceFollower Follower => follower;

        /// <summary>A place is taken by each run that waits to be applied.</summary>
        public Channel<bool> Places { get; } = Channel.CreateBounded<bool>(MaxRunsWaiting);

        public bool Reading { get => reading; set => reading = value; }

        public bool AskNow { get; set; }

        public bool Failing { get; set; }

        public TimeSpan NotBefore { get; set; }
    }
}
