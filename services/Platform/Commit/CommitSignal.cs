namespace Mining.Platform.Commit;

/// <summary>Wakes everything that waits for new changes: the relay and the followers of the feed.</summary>
public sealed class CommitSignal
{
    private readonly Lock gate = new();
    private readonly HashSet<TaskCompletionSource> waiting = [];
    private long count;
    private long lastSequence;

    /// <summary>The last sequence committed by this process since startup.</summary>
    public long LastSequence => Interlocked.Read(ref lastSequence);

    /// <summary>
    /// How often the log has grown since startup. Read it before reading the log, so that no change is missed in between.
    /// </summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>Signals that the log has grown up to a sequence.</summary>
    public void Raise(long sequence)
    {
        Interlocked.Exchange(ref lastSequence, sequence);
        TaskCompletionSource[] woken;
        lock (gate)
        {
            count++;
            woken = [.. waiting];
            waiting.Clear();
        }

        foreach (var waiter in woken)
            waiter.TrySetResult();
    }

    /// <summary>Waits until the log has grown beyond a count, but no longer than <paramref name="timeout"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task WaitBeyond(long count, TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (this.count > count)
                return;
            waiting.Add(waiter);
        }

        try
        {
            await using var timer = time.CreateTimer(_ => waiter.TrySetResult(), null, timeout, Timeout.InfiniteTimeSpan);
            await using var registration = cancellation.Register(() => waiter.TrySetCanceled(cancellation));
            await waiter.Task;
        }
        finally
        {
            lock (gate)
                waiting.Remove(waiter);
        }
    }
}
