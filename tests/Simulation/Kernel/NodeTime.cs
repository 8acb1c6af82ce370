namespace Mining.Simulation.Kernel;

/// <summary>Virtual time as seen by a process: its own clock, and timers that end with it.</summary>
internal sealed class NodeTime(NodeContext node) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => node.Clock;

    public override long GetTimestamp() => node.Scheduler.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new NodeTimer(node, () => callback(state), dueTime, period);

    private sealed class NodeTimer : ITimer
    {
        private readonly NodeContext node;
        private readonly Action callback;
        private Scheduler.Timer? next;
        private TimeSpan period;

        public NodeTimer(NodeContext node, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            this.node = node;
            this.callback = callback;
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            next?.Cancel();
            this.period = period;
            next = dueTime == Timeout.InfiniteTimeSpan ? null : node.Scheduler.After(dueTime, Fire);
            return true;
        }

        public void Dispose() => next?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            if (node.IsDead)
                return;
            if (period > TimeSpan.Zero)
                next = node.Scheduler.After(period, Fire);
            callback();
        }
    }
}
