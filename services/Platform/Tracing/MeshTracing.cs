using System.Diagnostics;

namespace Mining.Platform.Tracing;

/// <summary>The spans of a change: commit, publish, deliver, apply. Nothing is created without a listener.</summary>
public static class MeshTracing
{
    /// <summary>Name of the activity source for all spans of the platform.</summary>
    public const string SourceName = "Mining.Platform";

    internal static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts a span in the trace of a <c>traceparent</c> and makes it current. Null if nobody listens.</summary>
    internal static Activity? Start(string name, ActivityKind kind, string? traceparent) =>
        Source.HasListeners() ? Source.StartActivity(name, kind, Context(traceparent)) : null;

    /// <summary>
    /// Starts a span without making it current, so that several can be open at once. End it with <see cref="StopAside"/>.
    /// </summary>
    internal static Activity? StartAside(string name, ActivityKind kind, string? traceparent)
    {
        var present = Activity.Current;
        var span = Start(name, kind, traceparent);
        Activity.Current = present;
        return span;
    }

    internal static void StopAside(Activity? span)
    {
        var present = Activity.Current;
        span?.Stop();
        Activity.Current = present;
    }

    /// <summary>Parses a <c>traceparent</c>; the default context if it is invalid.</summary>
    private static ActivityContext Context(string? traceparent) =>
        ActivityContext.TryParse(traceparent, null, isRemote: true, out var context) ? context : default;
}
