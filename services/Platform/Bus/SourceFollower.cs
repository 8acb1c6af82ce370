namespace Mining.Platform.Bus;

/// <summary>
/// How far a consumer has come with one source: a contiguous watermark, and the sequences beyond it that came early. Pure
/// state, no clock and no threads of its own.
/// </summary>
public sealed class SourceFollower(string source)
{
    /// <summary>How many early sequences are kept; beyond that the feed brings them again.</summary>
    public const int MaxEarlySequences = 100_000;

    private readonly SortedSet<long> ahead = [];

    public string Source => source;

    /// <summary>Whether the broker delivers what the source publishes.</summary>
    public DeliveryWatch Deliveries { get; } = new(source);

    /// <summary>Identity of the log that is followed; empty: none yet.</summary>
    public string LogId { get; private set; } = "";

    /// <summary>Everything up to this sequence was applied.</summary>
    public long Watermark { get; private set; }

    /// <summary>The highest sequence that was heard of.</summary>
    public long LastKnown { get; private set; }

    /// <summary>When the source was last heard of, in steady time.</summary>
    public TimeSpan? LastSeen { get; private set; }

    /// <summary>Since when something is missing that the source is known to have, in steady time.</summary>
    public TimeSpan? BehindSince { get; private set; }

    /// <summary>How many times the feed was read because of a hole.</summary>
    public long HoleRepairs { get; set; }

    /// <summary>Goes on from a checkpoint.</summary>
    public void Resume(string logId, long watermark)
    {
        LogId = logId;
        Watermark = watermark;
        LastKnown = watermark;
    }

    /// <summary>Begins with another log, from its beginning.</summary>
    public void Restart(string logId)
    {
        LogId = logId;
        Watermark = 0;
        LastKnown = 0;
        BehindSince = null;
        ahead.Clear();
    }

    /// <summary>Hears that the log has come to a sequence.</summary>
    public void Observe(long lastSequence, TimeSpan now)
    {
        LastSeen = now;
        LastKnown = Math.Max(LastKnown, lastSequence);
        Evaluate(now);
    }

    /// <summary>Takes note of a change; false when it was applied before.</summary>
    public bool Accept(long sequence, TimeSpan now)
    {
        LastSeen = now;
        LastKnown = Math.Max(LastKnown, sequence);
        var isNew = sequence > Watermark && !ahead.Contains(sequence);
        if (sequence == Watermark + 1)
        {
            Watermark = sequence;
            while (ahead.Remove(Watermark + 1))
                Watermark++;
        }
        else if (isNew && ahead.Count < MaxEarlySequences)
        {
            ahead.Add(sequence);
        }

        Evaluate(now);
        return isNew;
    }

    /// <summary>Everything that was missing is here, or something new is missing.</summary>
    private void Evaluate(TimeSpan now) => BehindSince = Watermark < LastKnown ? BehindSince ?? now : null;
}
