using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Platform.Audit;
using Mining.Platform.Errors;
using Mining.Platform.Hosting;
using Mining.Platform.Storage;
using Polly;
using Polly.Retry;

namespace Mining.Platform.Commit;

/// <summary>
/// The one way to write. Commands wait in a queue; a single writer takes what waits, up to <see cref="MaxBatchSize"/>, into
/// one transaction, each behind a savepoint of its own, so that a refused one leaves no trace and the others stand. All are
/// answered after the commit, never before. For each: look for the request id → decide → write the row, the change and the
/// answer. So durable throughput grows with concurrency, while every command is still all or nothing.
/// </summary>
public sealed class Committer : BackgroundService
{
    /// <summary>How many commands share a transaction at most.</summary>
    public const int MaxBatchSize = 128;

    /// <summary>How many commands wait at most; one more is refused with RESOURCE_EXHAUSTED.</summary>
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

    /// <summary>How a transaction is repeated when the database says that the next try may go through.</summary>
    public static RetryStrategyOptions RetryOptions(Database database) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<DbException>(database.IsTransient).Handle<TransactionEndedException>(),
        MaxRetryAttempts = 6,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(10),
        MaxDelay = TimeSpan.FromSeconds(1),
    };

    /// <summary>How a transaction is repeated.</summary>
    public static ResiliencePipeline RetryPipeline(Database database, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddJitteredRetry(RetryOptions(database), time).Build();

    /// <summary>Runs a command: all or nothing, once for its request id.</summary>
    /// <param name="command">Who, what, and under which request id.</param>
    /// <param name="decide">Loads, decides, writes, records; its answer is the caller's.</param>
    /// <param name="cancellation">Gives up waiting; a command that has begun is finished.</param>
    /// <exception cref="RefusedException">The command was refused and left no trace.</exception>
    /// <exception cref="DbException">The storage cannot serve; nothing was changed.</exception>
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
    /// Runs housekeeping in the writer's turn, so that it never fights with commands for the database. With a full queue it waits for
    /// room: what keeps the service going must not be turned away by a flood of commands.
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

    /// <summary>Completes the queue instead of cancelling: what was accepted is finished.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        // A host that stops while it starts may never have run the writer; nobody must wait for it then.
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

        // Who gives up no longer waits. What has not begun by then is never done; what has begun is finished, all or nothing.
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
            // The relay first: of what one thread gives to the pool, it goes on itself with the last, which is an answer then.
            if (last > 0)
                signal.Raise(last);
            foreach (var pending in batch)
                pending.Complete();
        }
        catch (Exception exception)
        {
            if (exception is DbException storage)
                logger.LogError(storage, "A transaction of {Count} commands failed. {Advice}", batch.Count, database.OperatorHint(storage));
            else
                logger.LogError(exception, "A transaction of {Count} commands failed", batch.Count);
            await Disconnect();
            foreach (var pending in batch)
                pending.Fail(exception);
        }
    }

    /// <summary>Answers the last sequence that was committed, 0 if there was nothing to commit.</summary>
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
            // The commit failed on its way, and may have gone through: the last row tells. Not the head, which another replica may
            // have moved on since.
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
            // Kept, savepoints would lie within each other, and each row that is written would be looked for in all of them.
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
    /// Goes back to before a refused command. Some errors take more than their statement with them: they end the whole transaction. Then
    /// that command stays refused, and the others are run again without it.
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

    /// <exception cref="RefusedException">OUTCOME_UNKNOWN: the storage does not even tell that.</exception>
    private async Task<bool> IsThere(ChangeHead written)
    {
        try
        {
            // A server that switches over cuts connections for a moment.
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
            logger.LogError(exception, "Change {Sequence} may or may not have been committed. {Advice}", written.LastSequence, database.OperatorHint(exception));
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

    /// <summary>There is no way back to a savepoint.</summary>
    private sealed class TransactionEndedException(Exception inner) : Exception("One command's error has ended the transaction of the whole batch.", inner);
}
