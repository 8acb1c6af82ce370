// At stake: a simulation that finds a defect must be repeatable. The queue derives all faults from the seed and the order of messages; here
// it runs without threads, and time advances only when a test advances it.
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;
using Mining.LocalMesh.Sidecar;

namespace Mining.LocalMesh.Tests;

public sealed class DeliveryQueueTests
{
    private const int Million = 1_000_000;
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Without_faults_messages_leave_in_order()
    {
        var queue = QueueWith(FaultPlan.None);

        Add(queue, 1, 2, 3);

        Assert.Equal(["1", "2", "3"], TakeAll(queue));
        Assert.Null(queue.Wait());
    }

    [Fact]
    public void A_full_queue_drops_the_oldest_and_counts_it()
    {
        var queue = QueueWith(FaultPlan.None, capacity: 2);

        Add(queue, 1, 2, 3, 4, 5);

        Assert.Equal(["4", "5"], TakeAll(queue));
        Assert.Equal(3, queue.Overflowed);
    }

    [Fact]
    public void Every_delivery_can_be_dropped_or_duplicated()
    {
        var none = QueueWith(new FaultPlan(1, Million, 0, 0, 0));
        var two = QueueWith(new FaultPlan(1, 0, Million, 0, 0));

        Add(none, 1, 2);
        Add(two, 1, 2);

        Assert.Empty(TakeAll(none));
        Assert.Equal(["1", "1", "2", "2"], TakeAll(two));
    }

    [Fact]
    public void A_delayed_message_waits_and_keeps_its_place()
    {
        var plan = new FaultPlan(3, 0, 0, 0, 1000);
        var queue = QueueWith(plan);
        Add(queue, 1, 2);
        var delay = plan.For("app", "topic", 0).Delay;

        Assert.True(delay > TimeSpan.Zero);
        Assert.Equal(delay, queue.Wait());
        time.Advance(delay - TimeSpan.FromMilliseconds(1));
        Assert.Empty(TakeAll(queue));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["1", "2"], TakeAll(queue));
    }

    [Fact]
    public void A_reordered_message_leaves_even_if_nothing_overtakes_it()
    {
        var queue = QueueWith(new FaultPlan(1, 0, 0, Million, 0));

        Add(queue, 1);

        Assert.Empty(TakeAll(queue));
        Assert.Equal(DeliveryQueue.MaxHoldDelay, queue.Wait());
        time.Advance(DeliveryQueue.MaxHoldDelay);
        Assert.Equal(["1"], TakeAll(queue));
    }

    [Fact]
    public void The_same_seed_repeats_every_fault_at_any_timing() =>
        Gen.Select(Gen.Long, Gen.Int[0, Million], Gen.Int[0, Million], Gen.Int[0, Million], Gen.Bool.Array[1, 60]).Sample((seed, drop, twice, reorder, takes) =>
        {
            var plan = new FaultPlan(seed, drop, twice, reorder, 0);
            var clock = new FakeTimeProvider();
            var lazy = QueueWith(plan, clock: clock);
            var eager = QueueWith(plan, clock: clock);
            var taken = new List<string>();
            for (var n = 0; n < takes.Length; n++)
            {
                Add(lazy, n);
                Add(eager, n);
                if (takes[n])
                    taken.AddRange(TakeAll(eager));
            }

            clock.Advance(DeliveryQueue.MaxHoldDelay);
            taken.AddRange(TakeAll(eager));
            Assert.Equal(TakeAll(lazy), taken);
        });

    [Fact]
    public void Messages_are_lost_or_duplicated_only_by_injected_faults() =>
        Gen.Select(Gen.Long, Gen.Int[0, Million], Gen.Int[0, Million], Gen.Int[0, Million]).Sample((seed, drop, twice, reorder) =>
        {
            var plan = new FaultPlan(seed, drop, twice, reorder, 20);
            var clock = new FakeTimeProvider();
            var queue = QueueWith(plan, clock: clock);
            Add(queue, [.. Enumerable.Range(0, 100)]);
            clock.Advance(DeliveryQueue.MaxHoldDelay);

            var expected = Enumerable.Range(0, 100).SelectMany(n => plan.For("app", "topic", n) switch
            {
                { Drop: true } => [],
                { Double: true } => new[] { $"{n}", $"{n}" },
                _ => [$"{n}"],
            });
            Assert.Equal(expected.Order(), TakeAll(queue).Order());
        });

    [Fact]
    public void Fault_rates_are_as_configured_and_differ_by_app_and_seed()
    {
        var plan = new FaultPlan(42, 100_000, 200_000, 300_000, 10);
        var faults = Enumerable.Range(0, 20_000).Select(n => plan.For("app", "topic", n)).ToList();

        Assert.InRange(faults.Count(fault => fault.Drop), 1_800, 2_200);
        Assert.InRange(faults.Count(fault => fault.Double), 3_700, 4_300);
        Assert.InRange(faults.Count(fault => fault.HoldFor > 0), 5_600, 6_400);
        Assert.Equal((1, FaultPlan.MaxHoldTime), (faults.Where(fault => fault.HoldFor > 0).Min(fault => fault.HoldFor), faults.Max(fault => fault.HoldFor)));
        Assert.Equal((0, 10), (faults.Min(fault => fault.Delay.TotalMilliseconds), faults.Max(fault => fault.Delay.TotalMilliseconds)));
        Assert.NotEqual(faults, Enumerable.Range(0, 20_000).Select(n => plan.For("other", "topic", n)));
        Assert.NotEqual(faults, Enumerable.Range(0, 20_000).Select(n => (plan with { Seed = 43 }).For("app", "topic", n)));
    }

    private DeliveryQueue QueueWith(FaultPlan faults, int capacity = 1000, TimeProvider? clock = null) =>
        new("app", "topic", faults, capacity, clock ?? time);

    private static void Add(DeliveryQueue queue, params int[] ids)
    {
        foreach (var id in ids)
            queue.Add(new Message($"{id}", "", "", "", "", ByteString.Empty, new Struct()));
    }

    private static List<string> TakeAll(DeliveryQueue queue)
    {
        var ids = new List<string>();
        while (queue.TryTake(out var message))
            ids.Add(message.Id);
        return ids;
    }
}
