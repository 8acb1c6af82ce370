using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Hosting;
using Mining.Platform.Storage;
using Polly;
using Polly.Retry;

namespace Mining.Platform.Relay;

/// <summary>
/// Publishes the change log in order, from where it stands, and keeps its place: one replica at a time, which holds the publish lease.
/// While the sidecar is away it tries again for ever, and commands go on. A row that is refused as such is parked, so that it does not
/// hold up the rest. Between changes it sends heartbeats.
/// </summary>
public sealed class ChangeRelay(
    IEventPublisher publisher,
    Database database,
    ChangeLog log,
    Committer committer,
    ParkedChanges parked,
    CommitSignal signal,
    ServiceIdentity service,
    TimeProvider time,
    ILogger<ChangeRelay> logger) : BackgroundService
{
    /// <summary>How many changes one publication carries at most.</summary>
    public const int MaxBatchSize = 100;

    /// <summary>
    /// How long changes gather from one publication to the next; the first after a rest goes at once. One that carries several costs little
    /// more than one that carries one, here and at the sidecar, and its work is on the processors that the answers need.
    /// </summary>
    public static readonly TimeSpan GatherInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>How often consumers hear of the log's end when nothing else happens.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long the sidecar may take to answer.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How often the position is written down. Behind at worst: what is published twice is counted once.</summary>
    public static readonly TimeSpan PositionInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often a log is looked at that nobody says has grown, and a lease that another replica holds.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>The same while another replica commits: it cannot say so here.</summary>
    public static readonly TimeSpan ForeignPollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after a commit of another replica the next one is expected.</summary>
    public static readonly TimeSpan ForeignMemory = TimeSpan.FromMinutes(1);

    /// <summary>How long a replica whose sidecar takes nothing leaves the lease to others; longer than they wait between two looks.</summary>
    public static readonly TimeSpan StandBack = PollInterval * 3;

    /// <summary>How many parked changes are tried again at most between two heartbeats.</summary>
    public const int RedrivenAtOnce = 100;

    private static readonly Meter Meter = new("Mining.Platform.Relay");
    private static readonly Counter<long> Published = Meter.CreateCounter<long>("mining.relay.published", "{change}", "Changes that the broker accepted.");
    private static readonly Counter<long> Parked = Meter.CreateCounter<long>("mining.relay.parked", "{change}", "Changes that the broker rejected individually.");

    private readonly PublishLease lease = new(database, committer, service, time, logger);
    private Publication? publication;
    private TimeSpan positionDue;
    private TimeSpan heartbeatDue;
    private long? foreignCommit;

    /// <summary>How a publication is repeated while the sidecar is away: for ever, ever slower, with jitter.</summary>
    public static RetryStrategyOptions RetryOptions(ILogger logger) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<Exception>(exception => exception is not (OperationCanceledException or LeaseLostException)),
        MaxRetryAttempts = int.MaxValue,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(50),
        MaxDelay = TimeSpan.FromSeconds(5),
        OnRetry = retry =>
        {
            // The first failure and then each tenth: a sidecar that is away for an hour must not fill the log.
            if (retry.AttemptNumber % 10 == 0)
            {
                logger.LogWarning(
                    "The sidecar does not accept changes ({Reason}); commands continue, and the relay keeps retrying",
                    retry.Outcome.Exception?.GetBaseException().Message);
            }

            return ValueTask.CompletedTask;
        },
    };

    /// <summary>How a publication is repeated.</summary>
    public static ResiliencePipeline RetryPipeline(TimeProvider time, ILogger logger) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddJitteredRetry(RetryOptions(logger), time).Build();

    /// <summary>How long one call to the sidecar may take.</summary>
    public static ResiliencePipeline PatiencePipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(AnswerTimeout).Build();

    /// <summary>The last sequence that the broker has taken.</summary>
    public long Position => lease.Position;

    /// <summary>Whether this replica is the one that publishes now.</summary>
    public bool IsPublishing => lease.IsHeld;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        publication = new Publication(publisher, lease, log, service, time, logger);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Step(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Asked to stop: what is not published yet is in the log.
            }
            catch (LeaseLostException)
            {
                // Another replica publishes; the next step waits.
            }
            catch (Exception exception)
            {
                // The storage, for the sidecar is waited for elsewhere.
                logger.LogError(exception, "The relay failed; retrying");
                await Task.Delay(HeartbeatInterval, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        await lease.Release();
    }

    /// <summary>Publishes what there is, or waits until there is something, a heartbeat is due, or the lease is to be had.</summary>
    private async Task Step(CancellationToken cancellation)
    {
        var seen = signal.Count;
        var now = time.MonotonicNow();
        if (!await lease.Hold(cancellation))
        {
            if (now >= heartbeatDue)
            {
                heartbeatDue = now + HeartbeatInterval;
                await parked.Count(cancellation);
            }

            await Task.Delay(PollInterval, time, cancellation);
            return;
        }

        var changes = await log.Read(lease.Position, MaxBatchSize, cancellation);
        if (changes.Count > 0)
        {
            if (changes[^1].Sequence > signal.LastSequence)
                foreignCommit = time.GetTimestamp();
            await Publish(changes, cancellation);
            lease.Advance(changes[^1].Sequence);
        }

        if (now >= heartbeatDue)
        {
            heartbeatDue = now + HeartbeatInterval;
            await publication!.SendHeartbeat(cancellation);
            if (await parked.Count(cancellation) > 0)
                await Republish(cancellation);
        }

        if (lease.IsBehind && now >= positionDue)
        {
            positionDue = now + PositionInterval;
            await lease.Keep(cancellation);
        }

        if (changes.Count == 0)
            await signal.WaitBeyond(seen, IsAlone ? PollInterval : ForeignPollInterval, time, cancellation);
        else if (changes.Count < MaxBatchSize)
            await Task.Delay(GatherInterval, time, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Whether everything of late was committed by this process, which then says so itself.</summary>
    private bool IsAlone => foreignCommit is not { } at || time.GetElapsedTime(at) >= ForeignMemory;

    private async Task Publish(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        IReadOnlyList<Change> left = changes;
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var refused = await publication!.Publish(left, cancellation);
            Published.Add(left.Count - refused.Count);
            // An entry that fails alone, three times, while the sidecar works, is the entry's fault.
            const int attemptsEach = 3;
            if (attempt >= attemptsEach)
            {
                foreach (var (change, reason) in refused)
                {
                    logger.LogError("The broker rejected change {Sequence} of {Resource}: {Reason}; it is parked", change.Sequence, change.Resource, reason);
                    Parked.Add(1);
                    await parked.Park(change.Sequence, reason, cancellation);
                }

                return;
            }

            left = [.. refused.Select(entry => entry.Change)];
        }
    }

    /// <summary>Publishes again what an operator has asked for, on whichever replica.</summary>
    private async Task Republish(CancellationToken cancellation)
    {
        foreach (var sequence in await parked.Redriven(RedrivenAtOnce, cancellation))
        {
            var change = (await log.Read(sequence - 1, 1, cancellation)).Single();
            if (await publication!.Publish([change], cancellation) is [var (_, reason)])
            {
                logger.LogError("The broker rejected change {Sequence} again: {Reason}; it stays parked", sequence, reason);
                await parked.Keep(sequence, reason, cancellation);
            }
            else
            {
                await parked.Release(sequence, cancellation);
            }
        }
    }
}
