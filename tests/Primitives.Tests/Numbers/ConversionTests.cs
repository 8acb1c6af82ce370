using CsCheck;
using Mining.Primitives.Numbers;
using Xunit;

namespace Mining.Primitives.Tests.Numbers;

// At stake: two people who compute the same figure must get the same result. The order of operations and the single rounding are the rule.
public sealed class ConversionTests
{
    [Theory]
    // amount, rate of its currency, rate of the reporting currency (units per euro); converted
    [InlineData("110.50", "1.1050", "1", "100")] // dollars into euros
    [InlineData("100", "1", "1.1050", "110.50")] // euros into dollars
    [InlineData("156.33", "156.33", "1.105", "1.105")] // yen into dollars, across the euro
    [InlineData("5", "0.86905", "0.86905", "5")]
    [InlineData("-110.50", "1.1050", "1", "-100")]
    [InlineData("1", "3", "1", "0.3333333333333333333333333333")]
    public void An_amount_is_multiplied_by_the_reporting_rate_and_divided_by_its_own(
        string amount, string rateFrom, string rateTo, string converted) =>
        Assert.Equal(Exactly(converted), Conversion.Convert(Exactly(amount), Exactly(rateFrom), Exactly(rateTo)));

    [Theory]
    // amount, currency; minor units
    [InlineData("1.005", "EUR", 100)]
    [InlineData("1.015", "EUR", 102)]
    [InlineData("1.0150000000000000000000000001", "EUR", 102)]
    [InlineData("1.0049999999999999999999999999", "EUR", 100)]
    [InlineData("1.0050000000000000000000000001", "EUR", 101)] // above a half, even in the 28th decimal
    [InlineData("-1.005", "EUR", -100)]
    [InlineData("-1.015", "EUR", -102)]
    [InlineData("0.5", "JPY", 0)]
    [InlineData("1.5", "JPY", 2)]
    [InlineData("2.5", "JPY", 2)]
    [InlineData("0.0005", "KWD", 0)]
    [InlineData("0.0015", "KWD", 2)]
    [InlineData("92233720368547758.074", "EUR", long.MaxValue)]
    [InlineData("-92233720368547758.084", "EUR", long.MinValue)]
    public void Half_a_minor_unit_rounds_to_even(string amount, string currency, long minorUnits) =>
        Assert.Equal(minorUnits, Conversion.ToMinorUnitsHalfEven(Exactly(amount), Currency.Get(currency)));

    [Theory]
    [InlineData("92233720368547758.076")]
    [InlineData("-92233720368547758.086")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    public void An_overflow_of_64_bits_fails_with_a_message(string amount)
    {
        var failure = Assert.Throws<OverflowException>(() => Conversion.ToMinorUnitsHalfEven(Exactly(amount), Currency.Get("EUR")));
        Assert.Contains("EUR is more than 64 bits of minor units can hold.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("1", "0")]
    [InlineData("-1", "1")]
    [InlineData("1", "-1")]
    public void A_rate_must_be_positive(string rateFrom, string rateTo) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Conversion.Convert(1, Exactly(rateFrom), Exactly(rateTo)));

    [Fact]
    public void Converting_back_and_forth_is_exact_to_the_cent() =>
        Gen.Select(Gen.Long[-1_000_000_000_000_00, 1_000_000_000_000_00], AnyRate, AnyRate).Sample((cents, rateFrom, rateTo) =>
        {
            var there = Conversion.Convert(cents / 100m, rateFrom, rateTo);
            var back = Conversion.Convert(there, rateTo, rateFrom);
            Assert.Equal(cents, Conversion.ToMinorUnitsHalfEven(back, Currency.Get("EUR")));
        });

    /// <summary>From 0.0001 to 20 000 units per euro: from strong currencies to the rupiah.</summary>
    private static readonly Gen<decimal> AnyRate = Gen.Int[1, 20_000_0000].Select(rate => rate / 10_000m);

    private static decimal Exactly(string text) => DecimalText.TryParse(text, out var number, out var problem)
        ? number
        : throw new ArgumentException(problem, nameof(text));
}
