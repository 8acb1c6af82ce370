using Google.Protobuf.WellKnownTypes;
using Mining.Gateway.ReadModel;
using Mining.Platform.Bus;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Follow;

/// <summary>Where a source stood when a snapshot was made.</summary>
public sealed record SourcePosition(string Source, string LogId, long Watermark, long LastKnown, DateTimeOffset? LastHeard);

/// <summary>A snapshot of the read model, and how far it goes. A query takes one and sees nothing else.</summary>
public sealed class PortfolioView(PortfolioSnapshot snapshot, IReadOnlyList<SourcePosition> sources)
{
    /// <summary>After this long without a word a source counts as silent.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(10);

    public PortfolioSnapshot Snapshot => snapshot;

    public IReadOnlyList<SourcePosition> Sources => sources;

    public static PortfolioView Of(PortfolioSnapshot snapshot, IReadOnlyList<SourceFollower> followers) => new(
        snapshot,
        [.. followers.OrderBy(follower => follower.Source, StringComparer.Ordinal)
            .Select(follower => new SourcePosition(follower.Source, follower.LogId, follower.Watermark, follower.LastKnown, follower.LastHeard))]);

    /// <summary>How fresh each source is now.</summary>
    public IReadOnlyList<SourceFreshness> Freshness(DateTimeOffset now) => [.. sources.Select(source => new SourceFreshness
    {
        Source = source.Source,
        AppliedSequence = source.Watermark,
        LastKnownSequence = source.LastKnown,
        LastHeardTime = source.LastHeard is { } heard ? Timestamp.FromDateTimeOffset(heard) : null,
        Staleness = source.LastHeard is { } last ? Duration.FromTimeSpan(now > last ? now - last : TimeSpan.Zero) : null,
        State = source.LastHeard is not { } at || now - at > SilentAfter ? SourceState.Silent
            : source.Watermark < source.LastKnown ? SourceState.CatchingUp
            : SourceState.Current,
    })];
}
