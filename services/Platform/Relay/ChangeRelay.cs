using System.Diagnostics.Metrics;
using Dapper;
using Google.Protobuf.WellKnownTypes;
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
/// Publishes the change log in order, from where it stands, and keeps its place. While the sidecar is away it tries again for
/// ever, and commands go on. A row that is refused as such is parked, so that it does not hold up the rest. Between changes it
/// sends heartbeats.
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
    public const int LargestBatch = 100;

    /// <summary>How often consumers hear of the log's end when nothing else happens.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long the sidecar may take to answer.</summary>
    public static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    /// <summary>How often the position is written down. Behind at worst: what is published twice is counted once.</summary>
    public static readonly TimeSpan PositionInterval = TimeSpan.FromSeconds(1);

    private static readonly Meter Meter = new("Mining.Platform.Relay");
    private static readonly Counter<long> Published = Meter.CreateCounter<long>("mining.relay.published", "{change}", "Changes that the broker took.");
    private static readonly Counter<long> Parked = Meter.CreateCounter<long>("mining.relay.parked", "{change}", "Changes that the broker refused as such.");

    private readonly ResiliencePipeline retry = RetryPipeline(time, logger);
    private readonly ResiliencePipeline patience = PatiencePipeline(time);
    private long position;
    private long writtenPosition;
    private bool hasPosition;
    private DateTimeOffset positionDue;
    private DateTimeOffset heartbeatDue;

    /// <summary>How a publication is repeated while the sidecar is away: for ever, ever slower, with jitter.</summary>
    public static RetryStrategyOptions RetryOptions(ILogger logger) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<Exception>(exception => exception is not OperationCanceledException),
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
                    "The sidecar does not take changes ({Reason}); commands go on, the relay tries again",
                    retry.Outcome.Exception?.GetBaseException().Message);
            }

            return ValueTask.CompletedTask;
        },
    };

    /// <summary>How a publication is repeated.</summary>
    public static ResiliencePipeline RetryPipeline(TimeProvider time, ILogger logger) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(RetryOptions(logger)).Build();

    /// <summary>How long one call to the sidecar may take.</summary>
    public static ResiliencePipeline PatiencePipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(AnswerPatience).Build();

    /// <summary>The last sequence that the broker has taken.</summary>
    public long Position => Interlocked.Read(ref position);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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
            catch (Exception exception)
            {
                // The storage, for the sidecar is waited for elsewhere.
                logger.LogError(exception, "The relay cannot go on; it tries again");
                await Task.Delay(HeartbeatInterval, time, stoppingToken);
            }
        }
    }

    /// <summary>Publishes what there is, or waits until there is something or a heartbeat is due.</summary>
    private async Task Step(CancellationToken cancellation)
    {
        var seen = signal.Count;
        var now = time.GetUtcNow();
        if (!hasPosition)
            await ReadPosition(cancellation);
        var changes = await log.Read(position, LargestBatch, cancellation);
        if (changes.Count > 0)
        {
            await Publish(changes, cancellation);
            Interlocked.Exchange(ref position, changes[^1].Sequence);
        }

        while (parked.Redriven.TryPeek(out var sequence))
        {
            await Republish(sequence, cancellation);
            parked.Redriven.TryDequeue(out _);
        }

        if (now >= heartbeatDue)
        {
            heartbeatDue = now + HeartbeatInterval;
            await Beat(cancellation);
        }

        if (position > writtenPosition && now >= positionDue)
        {
            positionDue = now + PositionInterval;
            await WritePosition(cancellation);
        }

        if (changes.Count == 0)
            await signal.WaitBeyond(seen, HeartbeatInterval / 2, time, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task Publish(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        IReadOnlyList<Change> left = changes;
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var refused = await PublishOnce(left, cancellation);
            Published.Add(left.Count - refused.Count);
            // An entry that fails alone, three times, while the sidecar works, is the entry's fault.
            const int attemptsEach = 3;
            if (attempt >= attemptsEach)
            {
                foreach (var (change, reason) in refused)
                {
                    logger.LogError("The broker refuses change {Sequence} of {Resource}: {Reason}; it is parked", change.Sequence, change.Resource, reason);
                    Parked.Add(1);
                    await parked.Park(change.Sequence, reason, cancellation);
                }

                return;
            }

            left = [.. refused.Select(entry => entry.Change)];
        }
    }

    /// <summary>Publishes a batch, however often it takes; answers the entries that were refused, with the reason.</summary>
    private async Task<IReadOnlyList<(Change Change, string Reason)>> PublishOnce(IReadOnlyList<Change> changes, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await TryToPublish(changes, token), cancellation);

    /// <summary>
    /// Publishes a batch. A refusal does not say whether an entry is at fault, the broker, or the sidecar's configuration: so an
    /// entry is at fault only when a heartbeat is taken then, and a batch that is refused as a whole is halved down to the entry.
    /// </summary>
    private async Task<IReadOnlyList<(Change Change, string Reason)>> TryToPublish(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        try
        {
            var refused = await Send([.. changes.Select(ChangeEvent.Of)], cancellation);
            if (refused.Count > 0 && !await Beat(cancellation))
                throw new IOException($"The broker takes nothing: {refused.First().Value}");
            return [.. changes.Where(change => refused.ContainsKey(change.EventId)).Select(change => (change, refused[change.EventId]))];
        }
        catch (PublicationRefusedException) when (changes.Count > 1)
        {
            var refused = new List<(Change, string)>();
            foreach (var half in changes.Chunk((changes.Count + 1) / 2))
                refused.AddRange(await TryToPublish(half, cancellation));
            return refused;
        }
        catch (PublicationRefusedException refusal)
        {
            if (await Beat(cancellation))
                return [(changes[0], refusal.Message)];
            throw;
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> Send(IReadOnlyList<ChangeEvent> events, CancellationToken cancellation) =>
        await patience.ExecuteAsync(async token => await publisher.Publish(Topics.Of(service.Name), events, token), cancellation);

    private async Task Republish(long sequence, CancellationToken cancellation)
    {
        var change = (await log.Read(sequence - 1, 1, cancellation)).Single();
        if (await PublishOnce([change], cancellation) is [var (_, reason)])
            logger.LogError("The broker refuses change {Sequence} again: {Reason}; it stays parked", sequence, reason);
        else
            await parked.Release(sequence, cancellation);
    }

    /// <summary>Sends a heartbeat; answers whether it was taken.</summary>
    private async Task<bool> Beat(CancellationToken cancellation)
    {
        var head = await log.Head(cancellation);
        var heartbeat = new Heartbeat
        {
            Source = service.Name,
            LogId = head.LogId,
            LastSequence = head.LastSequence,
            SendTime = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
        };
        try
        {
            return (await Send([ChangeEvent.Of(heartbeat)], cancellation)).Count == 0;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // The next one is a second away; consumers read the feed when they hear nothing.
            logger.LogDebug(exception, "A heartbeat was not taken");
            return false;
        }
    }

    private async Task ReadPosition(CancellationToken cancellation)
    {
        position = await database.Read(
            connection => connection.ExecuteScalarAsync<long>("SELECT published_sequence FROM relay_position WHERE id = 1"), cancellation);
        writtenPosition = position;
        hasPosition = true;
    }

    private async Task WritePosition(CancellationToken cancellation)
    {
        try
        {
            await committer.Maintain(
                (connection, transaction) => connection.ExecuteAsync(
                    "UPDATE relay_position SET published_sequence = @position WHERE id = 1 AND published_sequence < @position",
                    new { position },
                    transaction),
                cancellation);
            writtenPosition = position;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "The relay's position could not be written down; it is tried again");
        }
    }
}
