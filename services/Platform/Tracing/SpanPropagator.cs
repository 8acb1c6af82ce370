using System.Diagnostics;

namespace Mining.Platform.Tracing;

/// <summary>
/// Propagates the span in which a call is made. The HTTP client adds an activity of its own, which is not exported unless someone listens
/// to it; as the parent, it would break the trace.
/// </summary>
public sealed class SpanPropagator : DistributedContextPropagator
{
    private readonly DistributedContextPropagator inner = CreateDefaultPropagator();

    public override IReadOnlyCollection<string> Fields => inner.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        inner.Inject(activity is { Source.Name: "", Parent: { } span } ? span : activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        inner.ExtractBaggage(carrier, getter);
}
