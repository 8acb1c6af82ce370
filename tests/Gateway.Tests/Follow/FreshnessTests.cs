// At stake: a board must see if its figures are old. The freshness report is cached for a tenth of a second, because thousands may query at
// once, but no longer, and never beyond the state that it describes.
using Mining.Gateway.Follow;
using Mining.Gateway.ReadModel;
using Mining.Platform.Bus;
using Mining.Portfolio.V1;
using Mining.Primitives.Time;
using Xunit;

namespace Mining.Gateway.Tests.Follow;

public class FreshnessTests
{
    private readonly HandClock time = new();

    [Fact]
    public void An_answer_gives_the_age_of_its_data_to_a_tenth_of_a_second()
    {
        var view = View(watermark: 7);
        Assert.Equal(TimeSpan.Zero, Staleness(view));
        time.Advance(PortfolioState.FreshnessLifetime - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.Zero, Staleness(view));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(PortfolioState.FreshnessLifetime, Staleness(view));
    }

    [Fact]
    public void A_silent_source_is_reported_after_ten_seconds()
    {
        var view = View(watermark: 7);
        Assert.Equal(SourceState.Current, view.Freshness(time).Single().State);
        time.Advance(PortfolioState.SourceSilenceTimeout);
        Assert.Equal(SourceState.Current, view.Freshness(time).Single().State);
        time.Advance(PortfolioState.FreshnessLifetime);
        Assert.Equal(SourceState.Silent, view.Freshness(time).Single().State);
    }

    [Fact]
    public void A_source_is_feed_only_once_missing_deliveries_are_confirmed()
    {
        var start = View(watermark: 7).Freshness(time).Single();
        Assert.Equal((SourceDelivery.Unspecified, null), (start.Delivery, start.TimeSinceDelivery));

        var view = View(watermark: 7, new DeliveryStatus(time.MonotonicNow(), IsMissing: false, 0, 0));
        time.Advance(DeliveryWatch.DeliveryTimeout);
        Assert.Equal(SourceDelivery.Broker, view.Freshness(time).Single().Delivery);
        time.Advance(PortfolioState.FreshnessLifetime);
        // It may be away itself: nobody knows.
        Assert.Equal(SourceDelivery.Unspecified, view.Freshness(time).Single().Delivery);

        var missing = View(watermark: 7, new DeliveryStatus(time.MonotonicNow() - TimeSpan.FromSeconds(42), IsMissing: true, 0, 0)).Freshness(time).Single();
        Assert.Equal((SourceDelivery.FeedOnly, TimeSpan.FromSeconds(42)), (missing.Delivery, missing.TimeSinceDelivery.ToTimeSpan()));
        Assert.Equal(SourceState.Current, missing.State);
    }

    [Fact]
    public void A_newly_published_state_reports_its_own_freshness_at_once()
    {
        Assert.Equal(7, View(watermark: 7).Freshness(time).Single().AppliedSequence);
        Assert.Equal(8, View(watermark: 8).Freshness(time).Single().AppliedSequence);
    }

    private TimeSpan Staleness(PortfolioState view) => view.Freshness(time).Single().Staleness.ToTimeSpan();

    private PortfolioState View(long watermark, DeliveryStatus deliveries = default) =>
        new(PortfolioSnapshot.Empty, [new SourcePosition("projects", "log", watermark, watermark, time.MonotonicNow(), deliveries)]);

    /// <summary>Goes on when it is told to.</summary>
    private sealed class HandClock : TimeProvider
    {
        private TimeSpan passed = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => passed += by;

        public override long GetTimestamp() => passed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + passed;
    }
}
