namespace Mining.Platform.Commit;

/// <summary>Wakes whoever waits for new changes: the relay and those who follow the feed.</summary>
public sealed class CommitSignal
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long lastSequence;

    /// <summary>The last sequence that was committed here since the start.</summary>
    public long LastSequence => Interlocked.Read(ref lastSequence);

    /// <summary>Says that the log has grown.</summary>
    public void Raise(long sequence)
    {
        Interlocked.Exchange(ref lastSequence, sequence);
        Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>Completes at the next commit. Take it before looking at the log, so that nothing falls in between.</summary>
    public Task Next => Volatile.Read(ref next).Task;
}
