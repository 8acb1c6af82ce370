using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Resilience;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;
using Mining.Primitives.Time;
using Polly;
using Polly.Retry;

namespace Mining.Platform.Relay;

/// <summary>
/// Publishes the change log in order and persists its position. Only the replica with the publish lease publishes. While the sidecar is
/// unavailable, the relay retries forever and commands continue. A change that is rejected individually is parked, so that it does not
/// block the others. In quiet periods the relay sends heartbeats.
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
    /// <summary>Maximum number of changes per publication.</summary>
    public const int MaxBatchSize = 100;

    /// <summary>
    /// How long changes are batched between publications; the first change after a pause is published immediately. Batching saves processor
    /// time for answering callers: a publication of several changes costs little more than one of a single change, here and in the sidecar.
    /// </summary>
    public static readonly TimeSpan GatherInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>How often a heartbeat with the last sequence is sent.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>Timeout for a call to the sidecar.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How often the position is saved. It may lag behind: consumers count a change that is published twice only once.</summary>
    public static readonly TimeSpan PositionInterval = TimeSpan.FromSeconds(1);

    /// <summary>Poll interval for the log without a commit signal, and for a lease held by another replica.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Poll interval while another replica commits, because its commits raise no signal here.</summary>
    public static readonly TimeSpan ForeignPollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after a commit of another replica further ones are expected.</summary>
    public static readonly TimeSpan ForeignMemory = TimeSpan.FromMinutes(1);

    /// <summary>How long a replica whose sidecar accepts nothing leaves the lease to others. Longer than their poll interval.</summary>
    public static readonly TimeSpan YieldedLeaseDelay = PollInterval * 3;

    /// <summary>Maximum number of parked changes that are retried between two heartbeats.</summary>
    public const int RedrivenAtOnce = 100;

    private static readonly Meter Meter = new("Mining.Platform.Relay");
    private static readonly Counter<long> Published = Meter.CreateCounter<long>("mining.relay.published", "{change}", "Changes that the broker accepted.");
    private static readonly Counter<long> Parked = Meter.CreateCounter<long>("mining.relay.parked", "{change}", "Changes that the broker rejected individually.");

    private readonly PublishLease lease = new(database, committer, service, time, logger);
    private Publication? publication;
    private TimeSpan positionDue;
    private TimeSpan heartbeatDue;
    private long? foreignCommit;

    /// <summary>How a publication is retried while the sidecar is unavailable: forever, with exponential back-off and jitter.</summary>
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
            // Log the first failure and then every tenth: a sidecar that is unavailable for an hour must not flood the log.
            if (retry.AttemptNumber % 10 == 0)
            {
                logger.LogWarning(
                    "The sidecar does not accept changes ({Reason}); commands continue, and the relay keeps retrying",
                    retry.Outcome.Exception?.GetBaseException().Message);
            }

            return ValueTask.CompletedTask;
        },
    };

    /// <summary>The retry pipeline for publications.</summary>
    public static ResiliencePipeline RetryPipeline(TimeProvider time, ILogger logger) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddJitteredRetry(RetryOptions(logger), time).Build();

    /// <summary>The timeout pipeline for one call to the sidecar.</summary>
    public static ResiliencePipeline TimeoutPipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(AnswerTimeout).Build();

    /// <summary>The last sequence that the broker accepted.</summary>
    public long Position => lease.Position;

    /// <summary>Whether this replica is currently publishing.</summary>
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
                // The service is shutting down; unpublished changes stay in the log.
            }
            catch (LeaseLostException)
            {
                // Another replica publishes; the next step waits for the lease.
            }
            catch (Exception exception)
            {
                // A storage error; sidecar errors are retried elsewhere.
                logger.LogError(exception, "The relay failed; retrying");
                await Task.Delay(HeartbeatInterval, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        await lease.Release();
    }

    /// <summary>Publishes waiting changes, or waits for changes, the next heartbeat or the lease.</summary>
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

    /// <summary>Whether all recent commits came from this process, which signals them itself.</summary>
    private bool IsAlone => foreignCommit is not { } at || time.GetElapsedTime(at) >= ForeignMemory;

    private async Task Publish(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        IReadOnlyList<Change> left = changes;
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var refused = await publication!.Publish(left, cancellation);
            Published.Add(left.Count - refused.Count);
            // An entry that fails alone three times while the sidecar works is itself the cause.
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

    /// <summary>Publishes parked changes that an operator has redriven, on any replica.</summary>
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
