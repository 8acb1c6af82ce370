namespace Mining.Simulation.Kernel;

/// <summary>
/// Runs a whole history on one thread, in virtual time. Ready tasks run in an order determined by the seed; when nothing is ready, time
/// jumps to the next timer. So the same seed gives the same run, and a minute takes milliseconds.
/// </summary>
internal sealed class Scheduler(int seed)
{
    private readonly Random random = new(seed);
    private readonly List<Ready> ready = [];
    private readonly PriorityQueue<Timer, (long Due, long Order)> timers = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private long order;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The number of continuations and timers that have run.</summary>
    public long Steps { get; private set; }

    /// <summary>Runs until a condition holds or virtual time runs out; returns whether the condition holds.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan until)
    {
        while (!condition())
        {
            if (ready.Count == 0 && (!timers.TryPeek(out _, out var next) || next.Due > until.Ticks))
            {
                Now = until;
                return condition();
            }

            Step();
        }

        return true;
    }

    /// <summary>Calls back after a delay.</summary>
    public Timer After(TimeSpan delay, Action callback)
    {
        CheckThread();
        var timer = new Timer(callback);
        timers.Enqueue(timer, ((Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).Ticks, order++));
        return timer;
    }

    internal void Post(NodeContext context, SendOrPostCallback callback, object? state)
    {
        CheckThread();
        ready.Add(new Ready(context, callback, state));
    }

    private void Step()
    {
        Steps++;
        if (ready.Count > 0)
        {
            var chosen = ready.Count == 1 ? 0 : random.Next(ready.Count);
            var (context, callback, state) = ready[chosen];
            ready[chosen] = ready[^1];
            ready.RemoveAt(ready.Count - 1);
            context.Run(callback, state);
            return;
        }

        timers.TryDequeue(out var timer, out var due);
        Now = TimeSpan.FromTicks(Math.Max(due.Due, Now.Ticks));
        // Without a context: tasks that await with one are posted to it, and continuations of libraries run here at once.
        SynchronizationContext.SetSynchronizationContext(null);
        timer!.Fire();
    }

    /// <summary>Throws on another thread: code that runs there would make the history unrepeatable.</summary>
    private void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException($"Code runs outside the simulation's thread:\n{Environment.StackTrace}");
    }

    private readonly record struct Ready(NodeContext Context, SendOrPostCallback Callback, object? State);

    /// <summary>A pending callback.</summary>
    internal sealed class Timer(Action callback)
    {
        private Action? action = callback;

        public void Cancel() => action = null;

        internal void Fire() => Interlocked.Exchange(ref action, null)?.Invoke();
    }
}
