using System.Globalization;
using CsCheck;
using Mining.Primitives.Numbers;
using Xunit;
using WireDecimal = Google.Type.Decimal;

namespace Mining.Primitives.Tests.Numbers;

// At stake: an exchange rate that silently changes. .NET's parser rounds values beyond its precision; this one refuses them.
public sealed class DecimalTextTests
{
    [Theory]
    // input; the same number in canonical form
    [InlineData("1.1050", "1.105")]
    [InlineData("156.33", "156.33")]
    [InlineData("0", "0")]
    [InlineData("", "0")] // google.type.Decimal: an empty value is 0
    [InlineData("-0.000", "0")]
    [InlineData("+5", "5")]
    [InlineData("-5.50", "-5.5")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("007", "7")]
    [InlineData("00000000000000000000000000000000000000000001", "1")]
    [InlineData("2.5e3", "2500")]
    [InlineData("2.5E+3", "2500")]
    [InlineData("25e-4", "0.0025")]
    [InlineData("1200e-2", "12")]
    [InlineData("0e999999999999999999", "0")]
    [InlineData("1e28", "10000000000000000000000000000")]
    [InlineData("1e-28", "0.0000000000000000000000000001")]
    [InlineData("1000000000000000000000000000000e-3", "1000000000000000000000000000")]
    [InlineData("0.10000000000000000000000000000000000000", "0.1")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("-7.9228162514264337593543950335", "-7.9228162514264337593543950335")]
    public void Every_form_of_a_decimal_is_parsed_exactly(string text, string canonical)
    {
        Assert.True(DecimalText.TryRead(new WireDecimal { Value = text }, out var number, out var problem), problem);
        Assert.Equal(canonical, DecimalText.ToDecimal(number).Value);
        Assert.Equal("", problem);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("--5")]
    [InlineData("+-5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e2e3")]
    [InlineData("1e2.5")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("1_000")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("١٢٣")] // digits, but not ASCII
    public void A_text_that_is_no_decimal_is_refused(string text)
    {
        Assert.False(DecimalText.TryRead(new WireDecimal { Value = text }, out _, out var problem));
        Assert.Contains("is not a decimal number", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e29")]
    [InlineData("1e-29")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e999999999999999999")]
    [InlineData("1e-999999999999999999")]
    [InlineData("340282366920938463463374607431768211457")] // 2^128 + 1: overflows to 1 in 128 bits
    [InlineData( // 10^131 + 1: likewise
        "100000000000000000000000000000000000000000000000000000000000000000" +
        "000000000000000000000000000000000000000000000000000000000000000001")]
    public void A_value_beyond_decimal_precision_is_refused_not_rounded(string text)
    {
        Assert.False(DecimalText.TryRead(new WireDecimal { Value = text }, out _, out var problem));
        Assert.Contains("cannot be stored exactly", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_number_is_absent_not_zero()
    {
        Assert.False(DecimalText.TryRead(null, out _, out var problem));
        Assert.Equal("The number is missing.", problem);
        Assert.False(DecimalText.TryParse("", out _, out _));
        Assert.False(DecimalText.TryParse(null, out _, out _));
    }

    [Fact]
    public void Zero_has_one_canonical_form() => Assert.Equal("0", DecimalText.ToText(new decimal(0, 0, 0, isNegative: true, scale: 3)));

    [Fact]
    public void Every_decimal_round_trips_in_one_canonical_form() =>
        Gen.OneOf<decimal>(Gen.Decimal, AnyBits).Sample(number =>
        {
            var canonical = DecimalText.ToDecimal(number);
            Assert.True(DecimalText.TryRead(canonical, out var read, out var problem), problem);
            Assert.Equal(number, read);
            Assert.Equal(canonical, DecimalText.ToDecimal(read));
            Assert.Matches(@"^(0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?)\z", canonical.Value);
        });

    [Fact]
    public void Parsing_agrees_with_dotnet_where_dotnet_is_exact() =>
        AnyBits.Sample(number =>
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            Assert.True(DecimalText.TryParse(text, out var read, out var problem), problem);
            Assert.Equal(decimal.Parse(text, CultureInfo.InvariantCulture), read);
        });

    [Fact]
    public void Any_text_is_parsed_or_refused_with_a_bounded_reason() =>
        Hostile.Text.Sample(text =>
        {
            var isRead = DecimalText.TryRead(new WireDecimal { Value = text }, out _, out var problem);
            Assert.NotEqual(isRead, problem.Length > 0);
            Assert.InRange(problem.Length, 0, 200);
        });

    private static readonly Gen<decimal> AnyBits = Gen
        .Select(Gen.Int, Gen.Int, Gen.Int, Gen.Bool, Gen.Int[0, 28])
        .Select((low, mid, high, negative, scale) => new decimal(low, mid, high, negative, (byte)scale));
}
