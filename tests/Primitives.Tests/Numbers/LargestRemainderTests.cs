using System.Numerics;
using CsCheck;
using Mining.Primitives.Numbers;
using Xunit;

namespace Mining.Primitives.Tests.Numbers;

// At stake: a share that does not add up. The parts of a commitment add up to it, to the cent, and shares add up to a million parts,
// whatever the numbers. The tables can be checked on paper; the properties try unforeseen values.
public sealed class LargestRemainderTests
{
    [Theory]
    // total, weights, parts
    [InlineData(100, new long[] { 1, 1 }, new long[] { 50, 50 })]
    [InlineData(101, new long[] { 1, 1 }, new long[] { 51, 50 })] // a tie goes to the smaller index
    [InlineData(100, new long[] { 1, 1, 1 }, new long[] { 34, 33, 33 })]
    [InlineData(101, new long[] { 1, 1, 1 }, new long[] { 34, 34, 33 })]
    [InlineData(100, new long[] { 600_000, 400_000 }, new long[] { 60, 40 })] // beneficial owners: 60 % German, 40 % American
    [InlineData(99, new long[] { 600_000, 400_000 }, new long[] { 59, 40 })] // 59.4 and 39.6: the larger remainder gets the cent
    [InlineData(10, new long[] { 1, 2, 4 }, new long[] { 1, 3, 6 })] // 1.43, 2.86, 5.71
    [InlineData(1, new long[] { 3, 4, 4 }, new long[] { 0, 1, 0 })]
    [InlineData(0, new long[] { 3, 4 }, new long[] { 0, 0 })]
    [InlineData(7, new long[] { 0, 5, 0 }, new long[] { 0, 7, 0 })]
    [InlineData(-101, new long[] { 1, 1 }, new long[] { -51, -50 })] // a correction is split like the amount it corrects
    [InlineData(long.MaxValue, new[] { long.MaxValue, long.MaxValue }, new long[] { 4_611_686_018_427_387_904, 4_611_686_018_427_387_903 })]
    [InlineData(long.MinValue, new[] { long.MaxValue }, new[] { long.MinValue })]
    public void A_total_is_split_in_proportion(long total, long[] weights, long[] parts) =>
        Assert.Equal(parts, LargestRemainder.Split(total, weights));

    [Theory]
    // amounts of EU, OUTSIDE, US in minor units; shares in parts per million
    [InlineData(new long[] { 50, 0, 50 }, new[] { 500_000, 0, 500_000 })]
    [InlineData(new long[] { 1, 1, 1 }, new[] { 333_334, 333_333, 333_333 })]
    [InlineData(new long[] { 2, 1, 4 }, new[] { 285_714, 142_857, 571_429 })]
    [InlineData(new long[] { 1, 0, 999_999_999 }, new[] { 0, 0, 1_000_000 })]
    [InlineData(new long[] { 0, 0, 7 }, new[] { 0, 0, 1_000_000 })]
    [InlineData(new[] { long.MaxValue, long.MaxValue, long.MaxValue }, new[] { 333_334, 333_333, 333_333 })] // a sum beyond 64 bits
    public void Shares_are_parts_of_a_million(long[] amounts, int[] sharesPpm) =>
        Assert.Equal(sharesPpm, LargestRemainder.SharesPpm(amounts));

    [Fact]
    public void Parts_always_add_up_and_each_is_within_one_unit_of_the_exact_part() =>
        Gen.Select(Hostile.Long, Weights(1, 50)).Sample((total, weights) =>
        {
            var parts = LargestRemainder.Split(total, weights);
            var sum = Sum(weights);
            Assert.Equal(total, Sum(parts));
            for (var i = 0; i < parts.Length; i++)
            {
                // |part × sum − total × weight| < sum, in numbers that may need 190 bits
                var distance = (BigInteger)parts[i] * sum - (BigInteger)total * weights[i];
                Assert.True(BigInteger.Abs(distance) < sum);
                Assert.True(weights[i] > 0 || parts[i] == 0, "a weight of 0 got a part");
            }
        });

    [Fact]
    public void Leftover_units_go_to_the_largest_remainders_with_ties_to_the_smaller_index() =>
        Gen.Select(Gen.Long[0, 200], Gen.Long[0, 12].Array[1, 8].Where(weights => weights.Sum() > 0)).Sample((total, weights) =>
        {
            // The textbook method on unbounded numbers: floors, then one unit each in the order of remainder and index.
            var sum = weights.Sum();
            var expected = weights.Select(weight => total * weight / sum).ToArray();
            var claims = Enumerable.Range(0, weights.Length).OrderByDescending(i => total * weights[i] % sum).ThenBy(i => i);
            foreach (var i in claims.Take((int)(total - expected.Sum())))
                expected[i]++;
            Assert.Equal(expected, LargestRemainder.Split(total, weights));
        });

    [Fact]
    public void Equal_weights_never_give_a_later_side_more_than_an_earlier_one() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[1, 40], Gen.Long[1, long.MaxValue]).Sample((total, count, weight) =>
        {
            var parts = LargestRemainder.Split(total, Enumerable.Repeat(weight, count).ToArray());
            Assert.Equal(parts.OrderDescending(), parts);
            Assert.True(parts[0] - parts[^1] <= 1);
        });

    [Fact]
    public void A_negative_total_is_the_mirror_of_the_positive_one() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Weights(1, 10)).Sample((total, weights) =>
            Assert.Equal(LargestRemainder.Split(total, weights).Select(part => -part), LargestRemainder.Split(-total, weights)));

    [Fact]
    public void Shares_always_add_up_to_a_million() =>
        Weights(1, 50).Sample(parts =>
        {
            var sharesPpm = LargestRemainder.SharesPpm(parts);
            Assert.Equal(1_000_000, sharesPpm.Sum());
            Assert.All(sharesPpm, share => Assert.InRange(share, 0, 1_000_000));
        });

    [Fact]
    public void Arrays_lists_and_spans_give_the_same_parts() =>
        Gen.Select(Hostile.Long, Weights(1, 50)).Sample((total, weights) =>
        {
            var parts = new long[weights.Length];
            LargestRemainder.Split(total, weights, parts);
            Assert.Equal(parts, LargestRemainder.Split(total, weights));
            Assert.Equal(parts, LargestRemainder.Split(total, weights.ToList()));
            Assert.Equal(parts, LargestRemainder.Split(total, new Queue<long>(weights).ToList().AsReadOnly()));
        });

    [Fact]
    public void A_split_by_zero_total_weight_is_refused()
    {
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(5, [0, 0]));
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(0, []));
        Assert.Throws<ArgumentException>(() => LargestRemainder.SharesPpm([0, 0]));
        Assert.Throws<ArgumentException>(() => LargestRemainder.SharesPpm([]));
    }

    [Fact]
    public void A_negative_weight_is_refused_with_its_index()
    {
        var refusal = Assert.Throws<ArgumentException>(() => LargestRemainder.Split(5, [1, -2]));
        Assert.Contains("-2 at index 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_destination_of_the_wrong_length_is_refused()
    {
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(5, [1, 2], new long[3]));
        Assert.Throws<ArgumentException>(() => LargestRemainder.SharesPpm([1, 2], new int[3]));
    }

    [Fact]
    public void A_split_between_a_few_sides_allocates_nothing()
    {
        long[] weights = [600_000, 250_000, 150_000];
        var parts = new long[3];
        var sharesPpm = new int[3];
        LargestRemainder.Split(1_001, weights, parts);
        LargestRemainder.SharesPpm(weights, sharesPpm);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            LargestRemainder.Split(1_001 + i, weights, parts);
            LargestRemainder.SharesPpm(weights, sharesPpm);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Gen<long[]> Weights(int fewest, int most) =>
        Gen.OneOf<long>(Gen.Long[0, long.MaxValue], Gen.Long[0, 10], Gen.Const(0L))
            .Array[fewest, most]
            .Where(weights => weights.Any(weight => weight > 0));

    private static Int128 Sum(long[] values) => values.Aggregate(Int128.Zero, (sum, value) => sum + value);
}
