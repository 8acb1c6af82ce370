using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Platform.Errors;
using Mining.Platform.Resilience;
using Mining.Platform.Storage;
using Mining.Platform.Tracing;
using Polly;
using Polly.Retry;

namespace Mining.Platform.Commit;

/// <summary>
/// The only way to write (group commit). Commands wait in a queue. A single writer takes up to <see cref="MaxBatchSize"/> of them into one
/// transaction, each behind its own savepoint, so that a refused command is undone without affecting the others. Callers are answered only
/// after the commit. For each command: look up the request id, decide, then write the row, the change and the response. Durable throughput
/// therefore grows with concurrency, while every command stays atomic.
/// </summary>
public sealed class Committer : BackgroundService
{
    /// <summary>Maximum number of commands per transaction.</summary>
    public const int MaxBatchSize = 128;

    /// <summary>Maximum number of waiting commands. Further commands are refused with RESOURCE_EXHAUSTED.</summary>
    public const int MaxQueueLength = 4_096;

    private const string Savepoint = "command";

    private static readonly Meter Meter = new("Mining.Platform.Commit");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "mining.commit.duration", "s", "Time from a command's arrival at the writer to its answer.");

    private static readonly Refusal Stopping = Refusal.Unavailable("SERVICE_STOPPING", "This service is shutting down; retry.");

    private static readonly Refusal Unknown = Refusal.Unavailable(
        "OUTCOME_UNKNOWN", "The storage failed during a commit; the command may have taken effect. Retry with the same request id.");

    private readonly Channel<Pending> queue = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(MaxQueueLength) { SingleReader = true });

    private readonly Database database;
    private readonly ChangeLog log;
    private readonly CommitSignal signal;
    private readonly TimeProvider time;
    private readonly ILogger<Committer> logger;
    private readonly ResiliencePipeline retry;
    private readonly AcceptedWrites accepted = new();
    private DbConnection? connection;
    private volatile bool stopping;

    public Committer(Database database, ChangeLog log, CommitSignal signal, TimeProvider time, ILogger<Committer> logger)
    {
        this.database = database;
        this.log = log;
        this.signal = signal;
        this.time = time;
        this.logger = logger;
        retry = RetryPipeline(database, time);
    }

    /// <summary>How a transaction is retried after a transient database error.</summary>
    public static RetryStrategyOptions RetryOptions(Database database) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<DbException>(database.IsTransient).Handle<TransactionEndedException>(),
        MaxRetryAttempts = 6,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(10),
        MaxDelay = TimeSpan.FromSeconds(1),
    };

    /// <summary>The retry pipeline for transactions.</summary>
    public static ResiliencePipeline RetryPipeline(Database database, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddJitteredRetry(RetryOptions(database), time).Build();

    /// <summary>Runs a command atomically, and only once per request id.</summary>
    /// <param name="command">The command: caller, method and request id.</param>
    /// <param name="decide">Loads, decides, writes and records. Its result is the response.</param>
    /// <param name="cancellation">Cancels the wait. A command that has started is finished.</param>
    /// <exception cref="RefusedException">The command was refused and changed nothing.</exception>
    /// <exception cref="DbException">The storage is unavailable; nothing was changed.</exception>
    public async Task<TAnswer> Run<TAnswer>(Command command, Func<UnitOfWork, Task<TAnswer>> decide, CancellationToken cancellation)
        where TAnswer : class, IMessage<TAnswer>, new()
    {
        using var span = MeshTracing.Source.HasListeners() ? MeshTracing.Source.StartActivity($"commit {command.Method}") : null;
        var begin = time.GetTimestamp();
        var pending = new Pending(
            command, async work => await decide(work), bytes => new MessageParser<TAnswer>(() => new TAnswer()).ParseFrom(bytes), cancellation);
        try
        {
            return (TAnswer)(await Enqueue(pending))!;
        }
        catch (RefusedException refused)
        {
            span?.SetTag("mining.refusal", refused.Refusal.Reason);
            throw;
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
        finally
        {
            Duration.Record(time.GetElapsedTime(begin).TotalSeconds);
        }
    }

    /// <summary>
    /// Runs maintenance work in the writer, so that it never competes with commands for the write lock. If the queue is full, it waits
    /// instead of being refused: maintenance must not be starved by a flood of commands.
    /// </summary>
    public async Task Maintain(Func<DbConnection, DbTransaction, Task> housekeeping, CancellationToken cancellation)
    {
        var pending = new Pending(housekeeping, cancellation);
        try
        {
            await queue.Writer.WriteAsync(pending, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new RefusedException(Stopping);
        }

        await pending.Completion.Task;
    }

    /// <summary>Completes the queue instead of cancelling, so that accepted commands are finished.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        // If the host stops during startup, the writer may never have run; fail what is waiting for it.
        while (ExecuteTask is null or { IsCompleted: true } && queue.Reader.TryRead(out var pending))
            pending.Fail(new RefusedException(Stopping));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Pending>(MaxBatchSize);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            while (batch.Count < MaxBatchSize && queue.Reader.TryRead(out var pending))
                batch.Add(pending);
            await Commit(batch);
        }

        await Disconnect();
    }

    private async Task<IMessage?> Enqueue(Pending pending)
    {
        if (!queue.Writer.TryWrite(pending))
        {
            throw new RefusedException(stopping
                ? Stopping
                : new Refusal(StatusCode.ResourceExhausted, "COMMAND_QUEUE_FULL", $"{MaxQueueLength} commands are already waiting; retry later.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                });
        }

        // Cancelling ends the wait. A command that has not started is then never executed; one that has started is finished.
        await using var registration = pending.Cancellation.Register(() => pending.Completion.TrySetCanceled(pending.Cancellation));
        try
        {
            return await pending.Completion.Task;
        }
        catch (TaskCanceledException) when (pending.Cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(pending.Cancellation);
        }
    }

    private async Task Commit(List<Pending> batch)
    {
        try
        {
            var last = await retry.Run(_ => CommitOnce(batch), CancellationToken.None);
            // Wake the relay before completing the callers, so that publishing starts while they are still being answered.
            if (last > 0)
                signal.Raise(last);
            foreach (var pending in batch)
                pending.Complete();
        }
        catch (Exception exception)
        {
            if (exception is DbException storage)
                logger.LogError(storage, "A transaction of {Count} commands failed. {Hint}", batch.Count, database.OperatorHint(storage));
            else
                logger.LogError(exception, "A transaction of {Count} commands failed", batch.Count);
            await Disconnect();
            foreach (var pending in batch)
                pending.Fail(exception);
        }
    }

    /// <summary>Returns the last committed sequence, or 0 if there was nothing to commit.</summary>
    private async Task<long> CommitOnce(List<Pending> batch)
    {
        connection ??= await database.OpenToWrite(CancellationToken.None);
        ChangeHead? written = null;
        try
        {
            await using var transaction = await database.BeginWrite(connection, CancellationToken.None);
            var taken = await ChangeLog.Take(connection, transaction);
            accepted.Clear();
            var head = taken;
            var wrote = false;
            foreach (var pending in batch)
            {
                pending.Reset();
                if (pending.HasEndedTransaction)
                    continue;
                if (pending.Cancellation.IsCancellationRequested)
                    pending.Refuse(new OperationCanceledException(pending.Cancellation));
                else
                    (head, wrote) = await RunOne(pending, transaction, head, wrote);
            }

            if (!wrote)
                return 0;
            await accepted.Write(connection, transaction);
            if (head.LastSequence > taken.LastSequence)
            {
                await ChangeLog.Advance(connection, transaction, taken, head);
                written = head;
            }

            await transaction.CommitAsync();
            return head.LastSequence > taken.LastSequence ? head.LastSequence : 0;
        }
        catch (DbException) when (written is not null)
        {
            // The commit failed but may have taken effect. Check for its last row, not for the head, which another replica may have
            // advanced since.
            if (await IsThere(written))
                return written.LastSequence;
            throw;
        }
        catch
        {
            await Disconnect();
            throw;
        }
    }

    private async Task<(ChangeHead Head, bool Wrote)> RunOne(Pending pending, DbTransaction transaction, ChangeHead head, bool wrote)
    {
        await transaction.SaveAsync(Savepoint);
        try
        {
            var after = await Do(pending, transaction, head, wrote);
            // Without the release, savepoints nest, and every written row is searched in all of them.
            await transaction.ReleaseAsync(Savepoint);
            return after;
        }
        catch (DbException exception) when (database.IsTransient(exception) || database.OperatorHint(exception) is not null)
        {
            throw;
        }
        catch (Exception exception)
        {
            await Undo(pending, transaction, exception);
            return (head, wrote);
        }
    }

    private async Task<(ChangeHead Head, bool Wrote)> Do(Pending pending, DbTransaction transaction, ChangeHead head, bool wrote)
    {
        if (pending.Housekeeping is { } housekeeping)
        {
            await housekeeping(connection!, transaction);
            return (head, true);
        }

        var work = new UnitOfWork(connection!, transaction, log, head, pending.Command!, pending.Traceparent, time.GetUtcNow());
        if (await RequestLedger.Find(work, pending.Command!) is { } earlier)
        {
            pending.Answer = pending.Parse!(earlier);
            return (head, wrote);
        }

        var answer = await pending.Decide!(work);
        pending.Answer = answer;
        if (pending.Command!.ValidateOnly)
        {
            await transaction.RollbackAsync(Savepoint);
            return (head, wrote);
        }

        await RequestLedger.Keep(work, pending.Command, answer);
        accepted.Add(work, head);
        return (work.Head, true);
    }

    /// <summary>
    /// Rolls back a refused command. Some errors end the whole transaction; then the command stays refused, and the others are run again
    /// without it.
    /// </summary>
    private static async Task Undo(Pending pending, DbTransaction transaction, Exception reason)
    {
        pending.Refuse(reason);
        try
        {
            await transaction.RollbackAsync(Savepoint);
            await transaction.ReleaseAsync(Savepoint);
        }
        catch (Exception ended) when (ended is DbException or InvalidOperationException)
        {
            pending.HasEndedTransaction = true;
            throw new TransactionEndedException(ended);
        }
    }

    /// <exception cref="RefusedException">OUTCOME_UNKNOWN if the storage cannot tell.</exception>
    private async Task<bool> IsThere(ChangeHead written)
    {
        try
        {
            // A server drops connections for a moment during a failover.
            return await retry.Run(
                async _ =>
                {
                    await Disconnect();
                    connection = await database.OpenToWrite(CancellationToken.None);
                    return await log.Has(connection, written);
                },
                CancellationToken.None);
        }
        catch (DbException exception)
        {
            logger.LogError(exception, "Change {Sequence} may or may not have been committed. {Hint}", written.LastSequence, database.OperatorHint(exception));
            throw new RefusedException(Unknown);
        }
    }

    private async Task Disconnect()
    {
        if (connection is { } broken)
        {
            connection = null;
            await broken.DisposeAsync();
        }
    }

    /// <summary>The transaction has ended, so that it cannot be rolled back to a savepoint.</summary>
    private sealed class TransactionEndedException(Exception inner) : Exception("One command's error has ended the transaction of the whole batch.", inner);
}
