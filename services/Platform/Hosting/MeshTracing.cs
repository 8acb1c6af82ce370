using System.Diagnostics;

namespace Mining.Platform.Hosting;

/// <summary>
/// The spans of a change on its way: commit, publish, deliver, apply. Without a listener nothing is made.
/// </summary>
public static class MeshTracing
{
    /// <summary>The name of the source of all spans of the platform.</summary>
    public const string SourceName = "Mining.Platform";

    internal static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts a span in the trace that a <c>traceparent</c> names, as the present one; null when nobody listens.</summary>
    internal static Activity? Start(string name, ActivityKind kind, string? traceparent) =>
        Source.HasListeners() ? Source.StartActivity(name, kind, Context(traceparent)) : null;

    /// <summary>The same beside the present span, which stays so: several may be open at a time. End it with <see cref="StopAside"/>.</summary>
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

    /// <summary>What a <c>traceparent</c> says; nothing when it is not one.</summary>
    private static ActivityContext Context(string? traceparent) =>
        ActivityContext.TryParse(traceparent, null, isRemote: true, out var context) ? context : default;
}
