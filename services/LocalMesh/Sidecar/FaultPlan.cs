using System.IO.Hashing;
using System.Text;

namespace Mining.LocalMesh.Sidecar;

/// <summary>
/// The faults a test asks for. A decision depends only on the seed, the app, the topic and how many
/// messages came before on that topic: the same run gives the same faults, whatever the threads do.
/// </summary>
/// <param name="DropPpm">Deliveries that never happen, in parts per million.</param>
/// <param name="DoublePpm">Deliveries that happen twice.</param>
/// <param name="ReorderPpm">Deliveries that later messages overtake.</param>
/// <param name="DelayMaxMs">Every delivery waits between 0 and this long.</param>
internal sealed record FaultPlan(long Seed, int DropPpm, int DoublePpm, int ReorderPpm, int DelayMaxMs)
{
    private const int Million = 1_000_000;

    /// <summary>At most this many later messages overtake one that is reordered.</summary>
    public const int MaxHoldTime = 8;

    public static readonly FaultPlan None = new(0, 0, 0, 0, 0);

    /// <summary>The one topic that has the faults; empty: all have.</summary>
    public string Topic { get; init; } = "";

    public bool IsNone => DropPpm == 0 && DoublePpm == 0 && ReorderPpm == 0 && DelayMaxMs == 0;

    /// <summary>What happens to the delivery of the <paramref name="ordinal"/>th message of a topic to an app.</summary>
    public Fault For(string app, string topic, long ordinal)
    {
        if (IsNone || (Topic.Length > 0 && topic != Topic))
            return default;
        return new Fault(
            Drop: Draw("drop", Million) < DropPpm,
            Double: Draw("double", Million) < DoublePpm,
            HoldFor: Draw("reorder", Million) < ReorderPpm ? 1 + Draw("hold", MaxHoldTime) : 0,
            Delay: TimeSpan.FromMilliseconds(Draw("delay", DelayMaxMs + 1)));

        int Draw(string kind, int below) =>
            (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{kind}/{app}/{topic}/{ordinal}"), Seed) % (ulong)below);
    }
}

/// <summary>The faults of one delivery.</summary>
/// <param name="HoldFor">How many later messages go first; 0: none.</param>
internal readonly record struct Fault(bool Drop, bool Double, int HoldFor, TimeSpan Delay);
