using Google.Protobuf.WellKnownTypes;
using Mining.Gateway.ReadModel;
using Mining.Platform.Bus;
using Mining.Portfolio.V1;
using Mining.Primitives.Time;

namespace Mining.Gateway.Follow;

/// <summary>Where a source stood when a snapshot was made; times are of the monotonic clock.</summary>
public sealed record SourcePosition(
    string Source, string LogId, long Watermark, long LastKnown, TimeSpan? LastSeen, DeliveryStatus Deliveries = default);

/// <summary>A snapshot of the read model with the positions of its sources. A query uses exactly one.</summary>
public sealed class PortfolioState(PortfolioSnapshot snapshot, IReadOnlyList<SourcePosition> sources)
{
    /// <summary>A source that was not seen for this long counts as silent.</summary>
    public static readonly TimeSpan SourceSilenceTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a computed freshness may be reused.</summary>
    public static readonly TimeSpan FreshnessLifetime = TimeSpan.FromMilliseconds(100);

    private volatile SerializedFreshness? freshness;

    public PortfolioSnapshot Snapshot => snapshot;

    public IReadOnlyList<SourcePosition> Sources => sources;

    public static PortfolioState Of(PortfolioSnapshot snapshot, IReadOnlyList<SourceFollower> followers) => new(
        snapshot,
        [.. followers.OrderBy(follower => follower.Source, StringComparer.Ordinal)
            .Select(follower => new SourcePosition(follower.Source, follower.LogId, follower.Watermark, follower.LastKnown, follower.LastSeen, follower.Deliveries.Status))]);

    /// <summary>The freshness of each source, at most <see cref="FreshnessLifetime"/> old.</summary>
    public IReadOnlyList<SourceFreshness> Freshness(TimeProvider time) => SerializeFreshness(time).Messages;

    /// <summary>The freshness in serialized form, shared by all calls at about the same time.</summary>
    internal SerializedFreshness SerializeFreshness(TimeProvider time)
    {
        var steady = time.MonotonicNow();
        if (freshness is { } known && steady - known.Made < FreshnessLifetime)
            return known;
        var now = time.GetUtcNow();
        return freshness = new SerializedFreshness([.. sources.Select(source => Freshness(source, now, steady - source.LastSeen, steady - source.Deliveries.LastDelivery))], steady);
    }

    private static SourceFreshness Freshness(SourcePosition source, DateTimeOffset now, TimeSpan? staleness, TimeSpan? sinceDelivery) => new()
    {
        Source = source.Source,
        AppliedSequence = source.Watermark,
        LastKnownSequence = source.LastKnown,
        LastHeardTime = staleness is { } ago ? Timestamp.FromDateTimeOffset(now - ago) : null,
        Staleness = staleness is { } since ? Duration.FromTimeSpan(since) : null,
        State = staleness is not { } silence || silence > SourceSilenceTimeout ? SourceState.Silent
            : source.Watermark < source.LastKnown ? SourceState.CatchingUp
            : SourceState.Current,
        Delivery = source.Deliveries.IsMissing ? SourceDelivery.FeedOnly
            : sinceDelivery <= DeliveryWatch.DeliveryTimeout ? SourceDelivery.Broker
            : SourceDelivery.Unspecified,
        TimeSinceDelivery = sinceDelivery is { } waited ? Duration.FromTimeSpan(waited) : null,
    };
}
