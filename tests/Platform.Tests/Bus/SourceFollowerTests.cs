// At stake: the claim "everything up to here was applied". A watermark ahead of a gap loses a change forever. Properties over any order and
// duplication, and tables for the time since which changes are missing.
using CsCheck;
using Mining.Platform.Bus;
using Xunit;

namespace Mining.Platform.Tests.Bus;

public sealed class SourceFollowerTests
{
    private static readonly TimeSpan Begin = TimeSpan.FromHours(1);

    /// <summary>The sequences 1 to n in any order, some of them several times.</summary>
    private static readonly Gen<long[]> GenDeliveries =
        from count in Gen.Int[1, 60]
        from again in Gen.Int[1, count].Array[0, 60]
        from order in Gen.Shuffle(Enumerable.Range(1, count).Concat(again).Select(sequence => (long)sequence).ToArray())
        select order;

    [Fact]
    public void The_watermark_ends_at_the_last_change_and_never_passes_a_gap() =>
        GenDeliveries.Sample(deliveries =>
        {
            var follower = new SourceFollower("projects");
            var seen = new HashSet<long>();
            var now = Begin;
            TimeSpan? missingSince = null;
            foreach (var sequence in deliveries)
            {
                now += TimeSpan.FromSeconds(1);
                Assert.Equal(seen.Add(sequence), follower.Accept(sequence, now));
                var whole = Enumerable.Range(1, deliveries.Length).TakeWhile(number => seen.Contains(number)).Count();
                Assert.Equal(whole, follower.Watermark);
                Assert.Equal(seen.Max(), follower.LastKnown);
                missingSince = whole == seen.Max() ? null : missingSince ?? now;
                Assert.Equal(missingSince, follower.BehindSince);
                Assert.Equal(now, follower.LastSeen);
            }

            Assert.Equal(deliveries.Max(), follower.Watermark);
            Assert.Null(follower.BehindSince);
        });

    [Fact]
    public void Observing_the_end_of_the_log_records_since_when_changes_are_missing()
    {
        var follower = new SourceFollower("projects");
        follower.Observe(2, Begin);
        follower.Observe(5, Begin + TimeSpan.FromSeconds(1));
        Assert.Equal((0L, 5L, Begin), (follower.Watermark, follower.LastKnown, follower.BehindSince));
        for (var sequence = 1; sequence <= 5; sequence++)
        {
            Assert.NotNull(follower.BehindSince);
            follower.Accept(sequence, Begin + TimeSpan.FromSeconds(2));
        }

        Assert.Null(follower.BehindSince);
        follower.Observe(3, Begin + TimeSpan.FromSeconds(3)); // a late heartbeat
        Assert.Equal((5L, 5L, (TimeSpan?)null), (follower.Watermark, follower.LastKnown, follower.BehindSince));
    }

    [Fact]
    public void Changes_before_a_checkpoint_are_not_applied_again()
    {
        var follower = new SourceFollower("projects");
        follower.Resume("log", 10);
        Assert.False(follower.Accept(10, Begin));
        Assert.True(follower.Accept(12, Begin));
        Assert.True(follower.Accept(11, Begin));
        Assert.Equal(("log", 12L), (follower.LogId, follower.Watermark));
    }

    [Fact]
    public void Another_log_is_followed_from_its_beginning()
    {
        var follower = new SourceFollower("projects");
        follower.Resume("old", 10);
        follower.Accept(12, Begin);
        follower.Restart("new");
        Assert.Equal(("new", 0L, 0L, (TimeSpan?)null), (follower.LogId, follower.Watermark, follower.LastKnown, follower.BehindSince));
        for (var sequence = 1; sequence <= 11; sequence++)
            Assert.True(follower.Accept(sequence, Begin));
        Assert.Equal(11, follower.Watermark); // sequence 12 of the old log does not count
    }

    [Fact]
    public void Early_changes_beyond_the_buffer_are_applied_again_and_none_is_lost()
    {
        var follower = new SourceFollower("projects");
        for (var sequence = 2; sequence <= SourceFollower.MaxEarlySequences + 2; sequence++)
            follower.Accept(sequence, Begin);
        follower.Accept(1, Begin);
        Assert.Equal(SourceFollower.MaxEarlySequences + 1, follower.Watermark);
        Assert.NotNull(follower.BehindSince); // so that the feed is read
        Assert.True(follower.Accept(SourceFollower.MaxEarlySequences + 2, Begin));
        Assert.Null(follower.BehindSince);
    }
}
