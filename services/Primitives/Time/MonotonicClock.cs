namespace Mining.Primitives.Time;

/// <summary>
/// Monotonic time for timeouts, due times and silence. Setting the system clock, even backwards by hours, must not stop heartbeats or
/// repairs.
/// </summary>
public static class MonotonicClock
{
    /// <summary>Time since an arbitrary fixed moment. Only differences are meaningful.</summary>
    public static TimeSpan MonotonicNow(this TimeProvider time) =>
        // Integer arithmetic: GetElapsedTime uses double, which loses precision if the fixed moment is long ago.
        TimeSpan.FromTicks((long)((Int128)time.GetTimestamp() * TimeSpan.TicksPerSecond / time.TimestampFrequency));
}
