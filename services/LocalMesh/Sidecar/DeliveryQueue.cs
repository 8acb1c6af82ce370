using System.Diagnostics.CodeAnalysis;

namespace Mining.LocalMesh.Sidecar;

/// <summary>
/// What one app still has to get of one topic, in order, with the planned faults. Not thread-safe: its owner locks.
/// </summary>
internal sealed class DeliveryQueue(string app, string topic, FaultPlan faults, int capacity, TimeProvider time)
{
    /// <summary>A message held back for reordering goes when this has passed, though nothing overtook it.</summary>
    public static readonly TimeSpan MaxHoldDelay = TimeSpan.FromMilliseconds(200);

    private readonly Queue<(Message Message, DateTimeOffset Due)> ready = new();
    private readonly List<(Message Message, long After, DateTimeOffset Due)> held = [];
    private long offered;

    /// <summary>Messages that wait.</summary>
    public int Count => ready.Count + held.Count;

    /// <summary>Oldest messages that had to go because the queue was full.</summary>
    public long Overflowed { get; private set; }

    public void Add(Message message)
    {
        var now = time.GetUtcNow();
        var ordinal = offered++;
        var fault = faults.For(app, topic, ordinal);
        if (!fault.Drop)
        {
            if (fault.HoldFor > 0)
                held.Add((message, ordinal + fault.HoldFor, now + MaxHoldDelay));
            else
                ready.Enqueue((message, now + fault.Delay));
            if (fault.Double)
                ready.Enqueue((message, now + fault.Delay));
        }

        Release(hold => hold.After <= ordinal, now);
        while (Count > capacity)
        {
            if (!ready.TryDequeue(out _))
                held.RemoveAt(0);
            Overflowed++;
        }
    }

    /// <summary>Takes the next message, if there is one and its time has come.</summary>
    public bool TryTake([NotNullWhen(true)] out Message? message)
    {
        var now = time.GetUtcNow();
        Release(hold => hold.Due <= now, now);
        message = null;
        if (!ready.TryPeek(out var next) || next.Due > now)
            return false;
        message = ready.Dequeue().Message;
        return true;
    }

    /// <summary>How long until a take can succeed without another add; null: it cannot.</summary>
    public TimeSpan? Wait()
    {
        if (Count == 0)
            return null;
        var due = ready.TryPeek(out var next) ? next.Due : held.Min(hold => hold.Due);
        var wait = due - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private void Release(Predicate<(Message Message, long After, DateTimeOffset Due)> isOver, DateTimeOffset now)
    {
        if (held.Count == 0)
            return;
        foreach (var hold in held.FindAll(isOver))
            ready.Enqueue((hold.Message, now));
        held.RemoveAll(isOver);
    }
}
