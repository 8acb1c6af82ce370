using Mining.Platform.Relay;

namespace Mining.Platform.Bus;

/// <summary>
/// Knows whether the broker delivers what a source publishes: its changes, and a heartbeat each second. While the source answers when it is
/// asked and the broker delivers nothing, the path through the broker is broken. A source that does not answer either is itself away.
/// Has no clock of its own; safe to use from several threads.
/// </summary>
public sealed class DeliveryWatch(string source)
{
    /// <summary>
    /// How long a source may answer without a delivery. Longer than a publish lease: after the publishing replica was killed, its log is
    /// published again only when the lease has expired.
    /// </summary>
    public static readonly TimeSpan DeliveryTimeout = PublishLease.Length + TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private DeliveryStatus status;
    private TimeSpan? answeringSince;

    public string Source => source;

    /// <summary>What is known now.</summary>
    public DeliveryStatus Status
    {
        get
        {
            lock (gate)
                return status;
        }
    }

    /// <summary>The broker delivered a change or a heartbeat.</summary>
    /// <param name="now">On the monotonic clock.</param>
    /// <param name="applied">How many changes were applied because of it.</param>
    public void Delivered(TimeSpan now, int applied = 0)
    {
        lock (gate)
        {
            answeringSince = null;
            status = status with { LastDelivery = now, IsMissing = false, AppliedFromBroker = status.AppliedFromBroker + applied };
        }
    }

    /// <summary>The source itself answered, usually with its feed.</summary>
    /// <param name="now">On the monotonic clock.</param>
    /// <param name="applied">How many changes were applied because of it.</param>
    public void SourceAnswered(TimeSpan now, int applied = 0)
    {
        lock (gate)
        {
            answeringSince ??= now;
            status = status with
            {
                IsMissing = status.IsMissing || now - answeringSince >= DeliveryTimeout,
                AppliedFromFeed = status.AppliedFromFeed + applied,
            };
        }
    }

    /// <summary>The source did not answer. When it answers again, the broker has its full time to deliver again.</summary>
    public void SourceFailed()
    {
        lock (gate)
            answeringSince = null;
    }
}

/// <summary>What is known of the deliveries of one source since the process started.</summary>
/// <param name="LastDelivery">When the broker last delivered, on the monotonic clock. Null: not yet.</param>
/// <param name="IsMissing">Whether the source has answered for <see cref="DeliveryWatch.DeliveryTimeout"/> without a delivery; only a delivery ends it.</param>
/// <param name="AppliedFromBroker">Changes that a delivery brought first.</param>
/// <param name="AppliedFromFeed">Changes that the feed brought first.</param>
public readonly record struct DeliveryStatus(TimeSpan? LastDelivery, bool IsMissing, long AppliedFromBroker, long AppliedFromFeed);
