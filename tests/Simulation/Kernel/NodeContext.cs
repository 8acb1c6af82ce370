namespace Mining.Simulation.Kernel;

/// <summary>
/// One life of a process: its tasks run on the scheduler, and end for good when the process is killed, at any point. Its clock may be
/// wrong; its timers are right.
/// </summary>
internal sealed class NodeContext(Scheduler scheduler, Func<TimeSpan> clockOffset) : SynchronizationContext
{
    private readonly List<Action> whenKilled = [];

    public static readonly DateTimeOffset Epoch = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    public Scheduler Scheduler => scheduler;

    public bool IsDead { get; private set; }

    /// <summary>The clock of this process's machine.</summary>
    public DateTimeOffset Clock => Epoch + scheduler.Now + clockOffset();

    /// <summary>Exceptions that nobody awaits.</summary>
    public Exception? Unobserved { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead)
            scheduler.Post(this, d, state);
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("The mesh never blocks on another context.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts a task in this process.</summary>
    public void Start(Func<Task> work) => Post(
        async _ =>
        {
            try
            {
                await work();
            }
            catch (Exception exception)
            {
                Unobserved ??= exception;
            }
        },
        null);

    /// <summary>
    /// Runs an action in this process for another one; fails with <see cref="ProcessDiedException"/> if this process dies meanwhile.
    /// </summary>
    public Task<T> Ask<T>(Func<Task<T>> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (IsDead)
        {
            answer.SetException(new ProcessDiedException());
            return answer.Task;
        }

        whenKilled.Add(() => answer.TrySetException(new ProcessDiedException()));
        Post(
            async _ =>
            {
                try
                {
                    answer.TrySetResult(await work());
                }
                catch (Exception exception)
                {
                    answer.TrySetException(exception);
                }
            },
            null);
        return answer.Task;
    }

    /// <summary>Ends this process like a power cut.</summary>
    public void Kill()
    {
        IsDead = true;
        foreach (var tell in whenKilled)
            tell();
        whenKilled.Clear();
    }

    internal void Run(SendOrPostCallback callback, object? state)
    {
        if (IsDead)
            return;
        SetSynchronizationContext(this);
        callback(state);
        SetSynchronizationContext(null);
    }
}

/// <summary>The called process no longer exists.</summary>
internal sealed class ProcessDiedException() : Exception("The process died.");
