// At stake: a consumer must end in the correct state whatever the broker loses, duplicates, delays or reorders. The feed is in memory and
// counts its reads; the clock is advanced by hand, so that each test states when something must and must not happen.
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Mining.Changes.V1;
using Mining.Platform.Bus;
using Mining.Platform.Relay;
using Mining.Platform.Tests.Support;
using Mining.Primitives.Time;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Bus;

public sealed class ChangeConsumerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly FakeFeed feed = new();
    private readonly RecordingSink sink = new();
    private readonly LogLines<ChangeConsumer> log = new();
    private readonly LogLines<DeliveryMonitor> deliveries = new();
    private ChangeConsumer consumer = null!;

    [Fact]
    public async Task A_new_consumer_reads_the_whole_feed()
    {
        feed.Grow(7);
        await Start();
        Assert.Equal([0L], feed.Asked);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], sink.Applied);
    }

    [Fact]
    public async Task A_consumer_with_a_checkpoint_reads_only_later_changes()
    {
        feed.Grow(7);
        sink.Follower.Resume("log", 5);
        await Start(watermark: 7);
        Assert.Equal([5L], feed.Asked);
        Assert.Equal([6, 7], sink.Applied);
    }

    [Fact]
    public async Task Deliveries_are_applied_once_each_without_reading_the_feed()
    {
        await Start();
        feed.Grow(3);
        foreach (var sequence in (int[])[2, 1, 2, 3, 1])
            await Deliver(sequence);
        await WaitForWatermark(3);
        Assert.Equal([2, 1, 3], sink.Applied);
        Assert.Equal([0L], feed.Asked);
    }

    [Fact]
    public async Task A_lasting_gap_is_filled_from_the_feed_after_its_timeout()
    {
        await Start();
        feed.Grow(3);
        await Deliver(1);
        await Deliver(3);
        await WaitForWatermark(1);
        await Turn(ChangeConsumer.HoleTimeout - TimeSpan.FromMilliseconds(50));
        Assert.Equal([0L], feed.Asked);
        await Turn(TimeSpan.FromMilliseconds(50));
        await WaitForWatermark(3);
        Assert.Equal([0L, 1L], feed.Asked);
        Assert.Equal([1, 3, 2], sink.Applied);
        Assert.Equal(1, sink.Follower.HoleRepairs);
    }

    [Fact]
    public async Task A_gap_closed_by_the_next_delivery_does_not_read_the_feed()
    {
        await Start();
        feed.Grow(3);
        await Deliver(3);
        await Deliver(2);
        await Deliver(1);
        await WaitForWatermark(3);
        await Turn(ChangeConsumer.HoleTimeout * 2);
        Assert.Equal([0L], feed.Asked);
    }

    [Fact]
    public async Task A_heartbeat_ahead_of_the_watermark_triggers_a_read_of_the_feed()
    {
        await Start();
        feed.Grow(4);
        await consumer.Take(new Heartbeat { Source = "projects", LogId = "log", LastSequence = 4 }, CancellationToken.None);
        await Turn(TimeSpan.Zero);
        Assert.Equal([0L], feed.Asked);
        await Turn(ChangeConsumer.HoleTimeout);
        await WaitForWatermark(4);
        Assert.Equal([0L, 0L], feed.Asked);
    }

    [Fact]
    public async Task Silence_triggers_a_read_of_the_feed_and_heartbeats_prevent_it()
    {
        await Start();
        feed.Grow(4);
        await Turn(ChangeConsumer.SilenceTimeout - TimeSpan.FromMilliseconds(50));
        Assert.Equal([0L], feed.Asked);
        await consumer.Take(new Heartbeat { Source = "projects", LogId = "log", LastSequence = 0 }, CancellationToken.None);
        await Turn(TimeSpan.FromMilliseconds(100));
        Assert.Equal([0L], feed.Asked);
        await Turn(ChangeConsumer.SilenceTimeout);
        await WaitForWatermark(4);
    }

    [Fact]
    public async Task A_delivery_of_another_log_is_ignored_unless_the_feed_confirms_it()
    {
        feed.Grow(2);
        await Start(watermark: 2);
        await Deliver(3, logId: "a late one of the log before");
        await Eventually.True(() => Task.FromResult(feed.Asked.Count == 2));
        await Turn(TimeSpan.FromMilliseconds(100));
        Assert.Empty(sink.Forgotten);
        Assert.Equal([1, 2], sink.Applied);
    }

    [Fact]
    public async Task When_the_feed_is_another_log_all_state_is_discarded_and_read_again()
    {
        feed.Grow(5);
        await Start(watermark: 5);
        feed.Replace("other", 3);
        await Deliver(2, logId: "other");
        await Eventually.True(() => Task.FromResult(sink.Published.LogId == "other" && sink.Published.Watermark == 3));
        Assert.Equal(["projects"], sink.Forgotten);
        Assert.Equal([1, 2, 3], sink.AppliedSinceForgotten.Distinct());

        // Late deliveries of the old log are ignored from now on.
        var before = sink.AppliedSinceForgotten.Count;
        await Deliver(4, logId: "log");
        await Turn(TimeSpan.FromMilliseconds(100));
        await Turn(ChangeConsumer.HoleTimeout);
        Assert.Equal(before, sink.AppliedSinceForgotten.Count);
        Assert.Equal(("other", 3L), sink.Published);
        Assert.Single(sink.Forgotten);
    }

    [Fact]
    public async Task Reading_the_feed_pauses_while_changes_cannot_be_applied()
    {
        const int runs = 10 * ChangeConsumer.MaxRunsWaiting;
        feed.Grow(2 * runs);
        sink.Room = new TaskCompletionSource();
        consumer = new ChangeConsumer(["projects"], sink, feed, Monitor(), time, log);
        await consumer.StartAsync(CancellationToken.None);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.Zero);
            return Task.FromResult(feed.Yielded == ChangeConsumer.MaxRunsWaiting + 1);
        });
        Assert.Empty(sink.Applied);

        sink.Room.SetResult();
        await WaitForWatermark(2 * runs);
        Assert.Equal(runs + 1, feed.Yielded);
        Assert.Equal([0L], feed.Asked);
    }

    [Fact]
    public async Task Changes_from_the_feed_are_published_periodically_during_catch_up_and_at_once_at_its_end()
    {
        feed.Grow(4);
        feed.Pause = new TaskCompletionSource();
        consumer = new ChangeConsumer(["projects"], sink, feed, Monitor(), time, log);
        await consumer.StartAsync(CancellationToken.None);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.Zero);
            return Task.FromResult(sink.Applied.Count == 2);
        });
        await WaitForWatermark(0);
        time.Advance(ChangeConsumer.MaxPublishDelay);
        await WaitForWatermark(2);

        feed.Pause.SetResult();
        await WaitForWatermark(4);
    }

    [Fact]
    public async Task After_a_slow_publish_the_next_one_waits_ten_times_as_long()
    {
        var took = TimeSpan.FromMilliseconds(4);
        await Start();
        sink.Showing = () => time.Advance(took);
        await Deliver(1);
        await WaitForWatermark(1);
        var turns = sink.Turns;
        await Deliver(2);
        await Eventually.True(() => Task.FromResult(sink.Applied.Count == 2 && sink.Turns > turns));
        Assert.Equal(("log", 1L), sink.Published);

        time.Advance(took * ChangeConsumer.PublishBackoffFactor);
        await WaitForWatermark(2);
    }

    [Fact]
    public async Task A_source_without_a_subscription_is_ignored()
    {
        await Start();
        await consumer.Take(new Change { Source = "strangers", LogId = "log", Sequence = 1, Version = 1, State = new Any() }, CancellationToken.None);
        await Turn(TimeSpan.FromMilliseconds(100));
        Assert.Empty(sink.Applied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // anything else, such as a missing address
    public async Task A_failing_feed_is_logged_once_and_retried_every_second(bool isRpc)
    {
        feed.Failure = isRpc ? new RpcException(new Status(StatusCode.Unavailable, "away")) : new InvalidOperationException("away");
        feed.Grow(2);
        await Start(published: false);
        await Eventually.True(() => Task.FromResult(log.Lines.Count == 1));
        Assert.Contains("away", log.Lines[0], StringComparison.Ordinal);
        await Turn(ChangeConsumer.RetryInterval - TimeSpan.FromMilliseconds(100));
        Assert.Single(feed.Asked);
        await Turn(TimeSpan.FromMilliseconds(100));
        await Eventually.True(() => Task.FromResult(feed.Asked.Count == 2));
        await Turn(TimeSpan.FromMilliseconds(50));

        feed.Failure = null;
        await Turn(ChangeConsumer.RetryInterval);
        await WaitForWatermark(2);
        Assert.Equal(3, feed.Asked.Count);
        await Eventually.True(() => Task.FromResult(log.Lines.Count == 2));
        Assert.Contains("answers again", log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_deliveries_of_a_source_are_logged_once_and_so_is_their_return()
    {
        await Start();
        feed.Grow(3);
        await Silence(DeliveryWatch.DeliveryTimeout - ChangeConsumer.SilenceTimeout);
        await WaitForWatermark(3);
        Assert.Empty(deliveries.Lines);
        await Silence(DeliveryWatch.DeliveryTimeout * 3);
        var warning = Assert.Single(deliveries.Lines);
        Assert.StartsWith("Warning: The broker has delivered nothing of projects for ", warning, StringComparison.Ordinal);
        Assert.Contains("the component mesh-pubsub, the subscription to projects.changes", warning, StringComparison.Ordinal);
        Assert.True(sink.Follower.Deliveries.Status.IsMissing);

        feed.Grow(4);
        await Deliver(4);
        await WaitForWatermark(4);
        await Turn(TimeSpan.Zero);
        Assert.Equal([warning, "Information: The broker delivers projects again"], deliveries.Lines);
        Assert.Equal((1, 3), (sink.Follower.Deliveries.Status.AppliedFromBroker, sink.Follower.Deliveries.Status.AppliedFromFeed));
    }

    [Fact]
    public async Task A_quiet_source_with_heartbeats_causes_no_warning()
    {
        await Start();
        for (var passed = TimeSpan.Zero; passed < DeliveryWatch.DeliveryTimeout * 3; passed += ChangeRelay.HeartbeatInterval)
        {
            await consumer.Take(new Heartbeat { Source = "projects", LogId = "log" }, CancellationToken.None);
            await Turn(ChangeRelay.HeartbeatInterval);
        }

        Assert.Empty(deliveries.Lines);
    }

    [Fact]
    public async Task An_unavailable_source_causes_no_broker_warning_and_its_return_restarts_the_timeout()
    {
        await Start();
        feed.Failure = new RpcException(new Status(StatusCode.Unavailable, "away"));
        await Silence(DeliveryWatch.DeliveryTimeout * 3);
        feed.Failure = null;
        await Silence(DeliveryWatch.DeliveryTimeout - ChangeConsumer.SilenceTimeout);
        Assert.Empty(deliveries.Lines);
        await Silence(ChangeConsumer.SilenceTimeout * 3);
        Assert.Single(deliveries.Lines);
    }

    public async ValueTask DisposeAsync()
    {
        await consumer.StopAsync(CancellationToken.None);
        consumer.Dispose();
    }

    private async Task Start(long watermark = 0, bool published = true)
    {
        consumer = new ChangeConsumer(["projects"], sink, feed, Monitor(), time, log);
        await consumer.StartAsync(CancellationToken.None);
        watermark = Math.Max(watermark, feed.Last);
        await Eventually.True(async () =>
        {
            await Turn(TimeSpan.Zero);
            return feed.Asked.Count > 0 && (!published || sink.Published == ("log", watermark));
        });
        await Turn(TimeSpan.Zero);
    }

    private DeliveryMonitor Monitor() => new(new BusOptions(), time, deliveries);

    /// <summary>No deliveries for this long, while the feed answers each read before the clock advances.</summary>
    private async Task Silence(TimeSpan length)
    {
        for (var passed = TimeSpan.Zero; passed < length; passed += ChangeConsumer.RetryInterval)
        {
            await Turn(ChangeConsumer.RetryInterval);
            await Eventually.True(() => Task.FromResult(feed.Reading == 0));
            await Turn(TimeSpan.Zero);
        }
    }

    private async Task Deliver(int sequence, string logId = "log") => await consumer.Take(FakeFeed.ChangeOf(sequence, logId), CancellationToken.None);

    private Task WaitForWatermark(long watermark) => Eventually.True(() => Task.FromResult(sink.Published.Watermark == watermark), otherwise: () => $"{sink.Published}");

    /// <summary>Advances the clock and waits until the consumer has noticed: after two more ticks all earlier work is done.</summary>
    private async Task Turn(TimeSpan by)
    {
        // If the clock advances during a publish, that publish counts as slow and is followed by a pause.
        await Eventually.True(() => Task.FromResult(!sink.IsShowing));
        time.Advance(by);
        for (var i = 0; i < 2; i++)
        {
            var before = sink.Publishes;
            // A heartbeat without news would count as a sign of life; a delivery of an unknown source does not, but still runs the loop
            // once.
            await consumer.Take(new Heartbeat { Source = RecordingSink.Probe }, CancellationToken.None);
            await Eventually.True(() => Task.FromResult(sink.Publishes > before));
        }
    }
}
