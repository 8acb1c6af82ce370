// At stake: that a consumer ends in the truth whatever the broker loses, doubles, delays or reorders. The feed is one in memory that
// counts how it is asked; the clock is turned by hand, so that each test says when something must and must not happen.
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Mining.Changes.V1;
using Mining.Platform.Bus;
using Mining.Primitives.Time;
using Mining.Platform.Relay;
using Mining.Platform.Tests.Support;
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
    public async Task At_its_start_it_reads_what_there_is()
    {
        feed.Grow(7);
        await Start();
        Assert.Equal([0L], feed.Asked);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], sink.Applied);
    }

    [Fact]
    public async Task From_a_checkpoint_it_reads_only_what_came_after()
    {
        feed.Grow(7);
        sink.Follower.Resume("log", 5);
        await Start(watermark: 7);
        Assert.Equal([5L], feed.Asked);
        Assert.Equal([6, 7], sink.Applied);
    }

    [Fact]
    public async Task Deliveries_are_applied_once_each_without_the_feed()
    {
        await Start();
        feed.Grow(3);
        foreach (var sequence in (int[])[2, 1, 2, 3, 1])
            await Deliver(sequence);
        await MeasureAmounts(3);
        Assert.Equal([2, 1, 3], sink.Applied);
        Assert.Equal([0L], feed.Asked);
    }

    [Fact]
    public async Task A_hole_that_stays_open_is_filled_from_the_feed_and_not_before_its_time()
    {
        await Start();
        feed.Grow(3);
        await Deliver(1);
        await Deliver(3);
        await MeasureAmounts(1);
        await Turn(ChangeConsumer.HoleTimeout - TimeSpan.FromMilliseconds(50));
        Assert.Equal([0L], feed.Asked);
        await Turn(TimeSpan.FromMilliseconds(50));
        await MeasureAmounts(3);
        Assert.Equal([0L, 1L], feed.Asked);
        Assert.Equal([1, 3, 2], sink.Applied);
        Assert.Equal(1, sink.Follower.HoleRepairs);
    }

    [Fact]
    public async Task A_hole_that_the_next_delivery_closes_costs_nothing()
    {
        await Start();
        feed.Grow(3);
        await Deliver(3);
        await Deliver(2);
        await Deliver(1);
        await MeasureAmounts(3);
        await Turn(ChangeConsumer.HoleTimeout * 2);
        Assert.Equal([0L], feed.Asked);
    }

    [Fact]
    public async Task A_heartbeat_ahead_of_the_watermark_makes_it_read()
    {
        await Start();
        feed.Grow(4);
        await consumer.Take(new Heartbeat { Source = "projects", LogId = "log", LastSequence = 4 }, CancellationToken.None);
        await Turn(TimeSpan.Zero);
        Assert.Equal([0L], feed.Asked);
        await Turn(ChangeConsumer.HoleTimeout);
        await MeasureAmounts(4);
        Assert.Equal([0L, 0L], feed.Asked);
    }

    [Fact]
    public async Task Silence_makes_it_read_and_a_heartbeat_is_not_silence()
    {
        await Start();
        feed.Grow(4);
        await Turn(ChangeConsumer.SilenceTimeout - TimeSpan.FromMilliseconds(50));
        Assert.Equal([0L], feed.Asked);
        await consumer.Take(new Heartbeat { Source = "projects", LogId = "log", LastSequence = 0 }, CancellationToken.None);
        await Turn(TimeSpan.FromMilliseconds(100));
        Assert.Equal([0L], feed.Asked);
        await Turn(ChangeConsumer.SilenceTimeout);
        await MeasureAmounts(4);
    }

    [Fact]
    public async Task A_delivery_that_says_it_is_of_another_log_changes_nothing_unless_the_feed_says_so_too()
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
    public async Task When_the_feed_is_another_log_everything_is_forgotten_and_read_again()
    {
        feed.Grow(5);
        await Start(watermark: 5);
        feed.Replace("other", 3);
        await Deliver(2, logId: "other");
        await Eventually.True(() => Task.FromResult(sink.Published.LogId == "other" && sink.Published.Watermark == 3));
        Assert.Equal(["projects"], sink.Forgotten);
        Assert.Equal([1, 2, 3], sink.AppliedSinceForgotten.Distinct());

        // What the broker still has of the old log is ignored from now on.
        var before = sink.AppliedSinceForgotten.Count;
        await Deliver(4, logId: "log");
        await Turn(TimeSpan.FromMilliseconds(100));
        await Turn(ChangeConsumer.HoleTimeout);
        Assert.Equal(before, sink.AppliedSinceForgotten.Count);
        Assert.Equal(("other", 3L), sink.Published);
        Assert.Single(sink.Forgotten);
    }

    [Fact]
    public async Task A_feed_is_not_read_into_memory_when_its_changes_cannot_be_applied_yet()
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
        await MeasureAmounts(2 * runs);
        Assert.Equal(runs + 1, feed.Yielded);
        Assert.Equal([0L], feed.Asked);
    }

    [Fact]
    public async Task What_a_feed_brings_is_shown_now_and_then_while_more_is_to_come_and_at_once_when_there_is_no_more()
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
        await MeasureAmounts(0);
        time.Advance(ChangeConsumer.MaxPublishDelay);
        await MeasureAmounts(2);

        feed.Pause.SetResult();
        await MeasureAmounts(4);
    }

    [Fact]
    public async Task After_a_showing_that_took_its_time_the_next_waits_ten_times_as_long_and_comes_by_itself()
    {
        var took = TimeSpan.FromMilliseconds(4);
        await Start();
        sink.Showing = () => time.Advance(took);
        await Deliver(1);
        await MeasureAmounts(1);
        var turns = sink.Turns;
        await Deliver(2);
        await Eventually.True(() => Task.FromResult(sink.Applied.Count == 2 && sink.Turns > turns));
        Assert.Equal(("log", 1L), sink.Published);

        time.Advance(took * ChangeConsumer.PublishBackoffFactor);
        await MeasureAmounts(2);
    }

    [Fact]
    public async Task A_source_that_is_not_followed_is_ignored()
    {
        await Start();
        await consumer.Take(new Change { Source = "strangers", LogId = "log", Sequence = 1, Version = 1, State = new Any() }, CancellationToken.None);
        await Turn(TimeSpan.FromMilliseconds(100));
        Assert.Empty(sink.Applied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // anything else, such as an address that is not configured
    public async Task A_feed_that_fails_is_said_once_and_asked_again_each_second(bool isRpc)
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
        await MeasureAmounts(2);
        Assert.Equal(3, feed.Asked.Count);
        await Eventually.True(() => Task.FromResult(log.Lines.Count == 2));
        Assert.Contains("answers again", log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_the_feed_alone_brings_is_warned_of_once_and_once_more_when_the_broker_delivers_again()
    {
        await Start();
        feed.Grow(3);
        await Silence(DeliveryWatch.DeliveryTimeout - ChangeConsumer.SilenceTimeout);
        await MeasureAmounts(3);
        Assert.Empty(deliveries.Lines);
        await Silence(DeliveryWatch.DeliveryTimeout * 3);
        var warning = Assert.Single(deliveries.Lines);
        Assert.StartsWith("Warning: The broker has delivered nothing of projects for ", warning, StringComparison.Ordinal);
        Assert.Contains("the component mesh-pubsub, the subscription to projects.changes", warning, StringComparison.Ordinal);
        Assert.True(sink.Follower.Deliveries.Status.IsMissing);

        feed.Grow(4);
        await Deliver(4);
        await MeasureAmounts(4);
        await Turn(TimeSpan.Zero);
        Assert.Equal([warning, "Information: The broker delivers projects again"], deliveries.Lines);
        Assert.Equal((1, 3), (sink.Follower.Deliveries.Status.AppliedFromBroker, sink.Follower.Deliveries.Status.AppliedFromFeed));
    }

    [Fact]
    public async Task A_quiet_source_that_sends_heartbeats_is_not_warned_of()
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
    public async Task A_source_that_is_away_is_no_fault_of_the_broker_which_has_its_time_when_the_source_is_back()
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

    /// <summary>Nothing is delivered for so long, and each time the feed is asked it has answered before the clock goes on.</summary>
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

    private Task MeasureAmounts(long watermark) => Eventually.True(() => Task.FromResult(sink.Published.Watermark == watermark), otherwise: () => $"{sink.Published}");

    /// <summary>Turns the clock, and waits until the consumer has taken notice: two ticks later everything before was seen.</summary>
    private async Task Turn(TimeSpan by)
    {
        // A showing during which the clock is turned has taken so long, and is followed by a pause.
        await Eventually.True(() => Task.FromResult(!sink.IsShowing));
        time.Advance(by);
        for (var i = 0; i < 2; i++)
        {
            var before = sink.Publishes;
            // A heartbeat that says nothing new would count as a sign of life; a delivery of nobody does not, but is a step of the loop.
            await consumer.Take(new Heartbeat { Source = RecordingSink.Probe }, CancellationToken.None);
            await Eventually.True(() => Task.FromResult(sink.Publishes > before));
        }
    }
}
