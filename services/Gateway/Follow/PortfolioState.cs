using Google.Protobuf.WellKnownTypes;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Platform.Bus;
using Mining.Portfolio.V1;
using Mining.Primitives.Time;

namespace Mining.Gateway.Follow;

/// <summary>Where a source stood when a snapshot was made; heard of in steady time.</summary>
public sealed record SourcePosition(string Source, string LogId, long Watermark, long LastKnown, TimeSpan? LastSeen);

/// <summary>A snapshot of the read model, and how far it goes. A query takes one and sees nothing else.</summary>
public sealed class PortfolioState(PortfolioSnapshot snapshot, IReadOnlyList<SourcePosition> sources)
{
    /// <summary>After this long without a word a source counts as silent.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(10);

    /// <summary>So long an answer says truly enough how old its data is.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(100);

    private volatile ReadyFreshness? freshness;
    private volatile Shared? shared;

    public PortfolioSnapshot Snapshot => snapshot;

    public IReadOnlyList<SourcePosition> Sources => sources;

    public static PortfolioState Of(PortfolioSnapshot snapshot, IReadOnlyList<SourceFollower> followers) => new(
        snapshot,
        [.. followers.OrderBy(follower => follower.Source, StringComparer.Ordinal)
            .Select(follower => new SourcePosition(follower.Source, follower.LogId, follower.Watermark, follower.LastKnown, follower.LastSeen))]);

    /// <summary>A summary of this view as a message of its watchers: one for all who ask at about the same time.</summary>
    internal ReadyAnswer Message(ReadySummary summary, TimeProvider time)
    {
        var now = ReadyFreshness(time);
        if (shared is { } known && ReferenceEquals(known.Summary, summary) && ReferenceEquals(known.Freshness, now))
            return known.Message;
        var message = ReadyAnswer.ToWatcher(summary, now);
        shared = new Shared(summary, now, message);
        return message;
    }

    /// <summary>How fresh each source is now, to <see cref="FreshFor"/>.</summary>
    public IReadOnlyList<SourceFreshness> Freshness(TimeProvider time) => ReadyFreshness(time).Messages;

    /// <summary>The same, made once for all who ask at about the same time.</summary>
    internal ReadyFreshness ReadyFreshness(TimeProvider time)
    {
        var steady = time.MonotonicNow();
        if (freshness is { } known && steady - known.Made < FreshFor)
            return known;
        var now = time.GetUtcNow();
        return freshness = new ReadyFreshness([.. sources.Select(source => Freshness(source, now, steady - source.LastSeen))], steady);
    }

    private static SourceFreshness Freshness(SourcePosition source, DateTimeOffset now, TimeSpan? staleness) => new()
    {
        Source = source.Source,
        AppliedSequence = source.Watermark,
        LastKnownSequence = source.LastKnown,
        LastHeardTime = staleness is { } ago ? Timestamp.FromDateTimeOffset(now - ago) : null,
        Staleness = staleness is { } since ? Duration.FromTimeSpan(since) : null,
        State = staleness is not { } silence || silence > SilentAfter ? SourceState.Silent
            : source.Watermark < source.LastKnown ? SourceState.CatchingUp
            : SourceState.Current,
    };

    private sealed record Shared(ReadySummary Summary, ReadyFreshness Freshness, ReadyAnswer Message);
}
