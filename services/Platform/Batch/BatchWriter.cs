using Google.Protobuf;
using Mining.Common.V1;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;

namespace Mining.Platform.Batch;

/// <summary>
/// Runs the rows of batches. Each row goes through the access check, the feature and the audit trail like a separate call. Rows are
/// enqueued at the writer in order without waiting for each other, so that they share its transactions.
/// </summary>
public sealed class BatchWriter(ExceptionMapper edge, RefusedWrites trail) : IDisposable
{
    /// <summary>
    /// Maximum number of rows per batch. Even if every row is refused with a long message, the response stays below the 4 MiB that clients
    /// accept.
    /// </summary>
    public const int MaxRows = 500;

    /// <summary>
    /// Maximum number of rows, over all batches, that wait for the writer at once: enough to fill a transaction while another one commits.
    /// Batches therefore never fill the writer's queue, and single commands are not delayed.
    /// </summary>
    public const int MaxRowsAtWriter = 2 * Committer.MaxBatchSize;

    /// <summary>Maximum number of rows per batch that call other services at once.</summary>
    public const int MaxConcurrentLookups = 32;

    private readonly SemaphoreSlim atWriter = new(MaxRowsAtWriter);

    /// <summary>Runs a batch: first the work before the commits, then the commits in row order.</summary>
    /// <param name="rows">The rows. Their message type has one <c>oneof</c> with the commands.</param>
    /// <param name="features">The features of the service.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="cancellation">Cancels the batch; rows that have not started are not executed.</param>
    /// <exception cref="RefusedException">INVALID_ARGUMENT for no rows or too many. Every other error is the result of a row.</exception>
    public async Task<BatchWriteResponse> Run<TRow>(
        IReadOnlyList<TRow> rows, FeatureCatalogue features, Caller caller, CancellationToken cancellation)
        where TRow : IMessage<TRow>, new()
    {
        var violations = new Violations();
        if (rows.Count == 0)
            violations.Add("rows", "must have at least one row.");
        violations.CheckCount("rows", rows.Count, MaxRows);
        violations.ThrowIfAny();

        var batch = rows.Select((row, index) => BatchRow.Of(row, index, features)).ToList();
        using var asking = new SemaphoreSlim(MaxConcurrentLookups);
        await InOrder(batch, asking, row => Try(row, caller, () => row.Begin(caller, cancellation), cancellation));
        await InOrder(batch.Where(row => row.Result is null), atWriter, row => Try(row, caller, row.Commit, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return new BatchWriteResponse { Results = { batch.Select(row => row.Result) } };
    }

    public void Dispose() => atWriter.Dispose();

    /// <summary>Starts one row after another as places become free, and waits for all of them.</summary>
    private static async Task InOrder(IEnumerable<BatchRow> rows, SemaphoreSlim places, Func<BatchRow, Task> act)
    {
        var begun = new List<Task>();
        foreach (var row in rows)
        {
            // Not cancellable on purpose: every finished row frees a place, and all rows finish when their caller cancels.
            await places.WaitAsync(CancellationToken.None);
            begun.Add(Begin(row));
        }

        await Task.WhenAll(begun);

        async Task Begin(BatchRow row)
        {
            try
            {
                await act(row);
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task Try(BatchRow row, Caller caller, Func<Task> act, CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            await act();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The caller cancelled the whole batch and gets no results.
        }
        catch (Exception exception)
        {
            var refusal = edge.Tell(exception, row.Method);
            row.Refuse(refusal);
            if (exception is RefusedException)
                trail.Note(caller, row.Method, row.Request, refusal);
        }
    }
}
