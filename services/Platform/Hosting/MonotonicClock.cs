namespace Mining.Platform.Hosting;

/// <summary>
/// Time that only goes forward: for everything that waits, is due, or has been silent for a while. A clock that somebody sets, by
/// hours and backwards, must not stop heartbeats or repairs.
/// </summary>
public static class MonotonicClock
{
    /// <summary>Time since some fixed moment. Only differences mean something.</summary>
    public static TimeSpan MonotonicNow(this TimeProvider time) =>
        // In whole numbers: GetElapsedTime reckons in double, which is coarse when the fixed moment is long ago.
        TimeSpan.FromTicks((long)((Int128)time.GetTimestamp() * TimeSpan.TicksPerSecond / time.TimestampFrequency));
}
