using CsCheck;
using Mining.Primitives.Numbers;
using Xunit;
using WireDecimal = Google.Type.Decimal;

namespace Mining.Primitives.Tests.Numbers;

// At stake: a reservation that fits only by rounding. Tonnes are kept to the kilogram and added without loss.
public sealed class TonnageTests
{
    [Theory]
    // input; kilograms, canonical form, display text
    [InlineData("1500", 1_500_000, "1500", "1 500 t")]
    [InlineData("3.5", 3_500, "3.5", "3.5 t")]
    [InlineData("0.001", 1, "0.001", "0.001 t")]
    [InlineData("3.500000", 3_500, "3.5", "3.5 t")]
    [InlineData("1.2e4", 12_000_000, "12000", "12 000 t")]
    [InlineData("0", 0, "0", "0 t")]
    [InlineData("-0", 0, "0", "0 t")]
    [InlineData("1000000000", 1_000_000_000_000, "1000000000", "1 000 000 000 t")]
    public void Tonnes_are_parsed_to_the_kilogram(string text, long kilograms, string canonical, string shown)
    {
        Assert.True(Tonnage.TryRead(new WireDecimal { Value = text }, out var tonnage, out var problem), problem);
        Assert.Equal(new Tonnage(kilograms), tonnage);
        Assert.True(Tonnage.TryParse($" {text} ", out var parsed, out problem), problem);
        Assert.Equal(tonnage, parsed);
        Assert.Equal(canonical, tonnage.ToDecimal().Value);
        Assert.Equal(shown, tonnage.ToString());
        Assert.Equal(kilograms / 1_000m, tonnage.Tonnes);
    }

    [Theory]
    [InlineData("-1", "\"-1\" tonnes is negative.")]
    [InlineData("0.0001", "\"0.0001\" tonnes is finer than a kilogram: at most 3 decimals.")]
    [InlineData("1000000000.001", "\"1000000000.001\" tonnes is more than 1 000 000 000.")]
    [InlineData("-0.0005", "\"-0.0005\" tonnes is negative. \"-0.0005\" tonnes is finer than a kilogram: at most 3 decimals.")]
    [InlineData("1e20", "\"1e20\" tonnes is more than 1 000 000 000.")]
    [InlineData("many", "\"many\" is not a decimal number such as 1234.5: digits, one point, no separators between thousands.")]
    public void An_invalid_tonnage_is_refused_with_every_reason(string text, string reasons)
    {
        Assert.False(Tonnage.TryRead(new WireDecimal { Value = text }, out _, out var problem));
        Assert.Equal(reasons, problem);
    }

    [Fact]
    public void A_missing_tonnage_and_an_empty_text_are_absent()
    {
        Assert.False(Tonnage.TryRead(null, out _, out var problem));
        Assert.Equal("The number is missing.", problem);
        Assert.False(Tonnage.TryParse("", out _, out _));
        Assert.False(Tonnage.TryParse(null, out _, out _));
    }

    [Fact]
    public void Every_tonnage_round_trips() =>
        Gen.Long[0, Tonnage.MaxTonnes * 1_000].Sample(kilograms =>
        {
            var tonnage = new Tonnage(kilograms);
            Assert.True(Tonnage.TryRead(tonnage.ToDecimal(), out var read, out var problem), problem);
            Assert.Equal(tonnage, read);
        });

    [Fact]
    public void Any_text_is_a_tonnage_in_range_or_refused_with_a_bounded_reason() =>
        Hostile.Text.Sample(text =>
        {
            var isRead = Tonnage.TryRead(new WireDecimal { Value = text }, out var tonnage, out var problem);
            Assert.NotEqual(isRead, problem.Length > 0);
            Assert.InRange(tonnage.Kilograms, 0, Tonnage.MaxTonnes * 1_000);
            Assert.InRange(problem.Length, 0, 300);
        });

    [Fact]
    public void Sums_and_differences_are_exact_or_throw() =>
        Gen.Select(Hostile.Long, Hostile.Long).Sample((left, right) =>
        {
            AssertExactOrFails((Int128)left + right, () => new Tonnage(left) + new Tonnage(right));
            AssertExactOrFails((Int128)left - right, () => new Tonnage(left) - new Tonnage(right));
            Assert.Equal(left < right, new Tonnage(left) < new Tonnage(right));
            Assert.Equal(left > right, new Tonnage(left) > new Tonnage(right));
            Assert.Equal(left <= right, new Tonnage(left) <= new Tonnage(right));
            Assert.Equal(left >= right, new Tonnage(left) >= new Tonnage(right));
            Assert.Equal(left.CompareTo(right), new Tonnage(left).CompareTo(new Tonnage(right)));
        });

    private static void AssertExactOrFails(Int128 exact, Func<Tonnage> compute)
    {
        if (exact >= long.MinValue && exact <= long.MaxValue)
            Assert.Equal((long)exact, compute().Kilograms);
        else
            Assert.Throws<OverflowException>(() => compute());
    }
}
