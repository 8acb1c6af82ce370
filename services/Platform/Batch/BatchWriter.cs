using Google.Protobuf;
using Mining.Common.V1;
using Mining.Platform.Audit;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Identity;

namespace Mining.Platform.Batch;

/// <summary>
/// Runs the rows of batches, each as a call of its method would be: the table of access, the feature, the audit trail. They are handed to
/// the writer in order and without waiting for each other, so that they share its transactions.
/// </summary>
public sealed class BatchWriter(ExceptionMapper edge, RefusedWrites trail) : IDisposable
{
    /// <summary>
    /// How many rows a batch may have. An answer in which each of them is refused at length still has less than the 4 MiB that clients take.
    /// </summary>
    public const int MaxRows = 500;

    /// <summary>
    /// How many rows of all batches wait for the writer at once: enough to fill a transaction while another one is committed. So batches
    /// never fill its queue, and who calls for a single command comes soon.
    /// </summary>
    public const int MaxRowsAtWriter = 2 * Committer.MaxBatchSize;

    /// <summary>How many rows of a batch ask other services at once.</summary>
    public const int MaxConcurrentLookups = 32;

    private readonly SemaphoreSlim atWriter = new(MaxRowsAtWriter);

    /// <summary>Runs a batch: everything that comes before the commits first, then the commits in the order of the rows.</summary>
    /// <param name="rows">The rows, whose messages have one <c>oneof</c> with the commands.</param>
    /// <param name="commands">What the service takes.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="cancellation">Gives up: what has not begun is not done.</param>
    /// <exception cref="RefusedException">INVALID_ARGUMENT: no row, or too many. All else is the result of a row.</exception>
    public async Task<BatchWriteResponse> Run<TRow>(
        IReadOnlyList<TRow> rows, IReadOnlyList<BatchedCommand> commands, Caller caller, CancellationToken cancellation)
        where TRow : IMessage<TRow>, new()
    {
        var violations = new Violations();
        if (rows.Count == 0)
            violations.Add("rows", "must have at least one row.");
        violations.CheckCount("rows", rows.Count, MaxRows);
        violations.ThrowIfAny();

        var batch = rows.Select((row, index) => BatchRow.Of(row, index, commands)).ToList();
        using var asking = new SemaphoreSlim(MaxConcurrentLookups);
        await InOrder(batch, asking, row => Try(row, caller, () => row.Prepare(caller, cancellation), cancellation));
        await InOrder(batch.Where(row => row.Result is null), atWriter, row => Try(row, caller, row.Commit, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return new BatchWriteResponse { Results = { batch.Select(row => row.Result) } };
    }

    public void Dispose() => atWriter.Dispose();

    /// <summary>Begins with one row after another, as places get free, and waits for all of them.</summary>
    private static async Task InOrder(IEnumerable<BatchRow> rows, SemaphoreSlim places, Func<BatchRow, Task> act)
    {
        var begun = new List<Task>();
        foreach (var row in rows)
        {
            // Nobody has to give up waiting here: a place gets free with every row that ends, and all end when their caller gives up.
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
            // The caller has given up the whole batch: it gets no results.
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
