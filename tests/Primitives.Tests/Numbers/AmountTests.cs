using CsCheck;
using Mining.Primitives.Numbers;
using Xunit;
using Money = Google.Type.Money;

namespace Mining.Primitives.Tests.Numbers;

// At stake: a cent that appears or disappears between wire, domain and screen. Inexact amounts are refused with every reason at once, and
// no client input makes parsing throw.
public sealed class AmountTests
{
    [Theory]
    // currency, units, nanos; minor units, display text
    [InlineData("EUR", 1_234, 500_000_000, 123_450, "1 234.50 EUR")]
    [InlineData("EUR", 0, 10_000_000, 1, "0.01 EUR")]
    [InlineData("EUR", 0, -10_000_000, -1, "-0.01 EUR")]
    [InlineData("EUR", -2, -990_000_000, -299, "-2.99 EUR")]
    [InlineData("USD", 2_300_000_000, 0, 230_000_000_000, "2 300 000 000.00 USD")]
    [InlineData("JPY", 13_200_000_000, 0, 13_200_000_000, "13 200 000 000 JPY")]
    [InlineData("KRW", -5, 0, -5, "-5 KRW")]
    [InlineData("KWD", 1, 5_000_000, 1_005, "1.005 KWD")]
    [InlineData("EUR", 92_233_720_368_547_758, 70_000_000, long.MaxValue, "92 233 720 368 547 758.07 EUR")]
    [InlineData("EUR", -92_233_720_368_547_758, -80_000_000, long.MinValue, "-92 233 720 368 547 758.08 EUR")]
    public void Money_round_trips_to_the_minor_unit(string currency, long units, int nanos, long minorUnits, string shown)
    {
        var money = new Money { CurrencyCode = currency, Units = units, Nanos = nanos };

        Assert.True(Amount.TryRead(money, out var amount, out var problem), problem);
        Assert.Equal(new Amount(minorUnits, currency), amount);
        Assert.Equal(money, amount.ToMoney());
        Assert.Equal(units + nanos / 1_000_000_000m, amount.ToMajorUnits());
        Assert.Equal(shown, amount.ToString());
        Assert.Equal("", problem);
    }

    [Theory]
    // currency, units, nanos; refusal
    [InlineData("EURO", 1, 0, "\"EURO\" is not an ISO 4217 currency code; did you mean EUR")]
    [InlineData("usd", 1, 0, "did you mean USD?")]
    [InlineData("", 1, 0, "\"\" is not an ISO 4217 currency code.")]
    [InlineData("XXX", 1, 0, "not an ISO 4217 currency code")]
    [InlineData("EUR", 1, 1_000_000_000, "The nanos 1000000000 are not between")]
    [InlineData("EUR", 0, int.MinValue, "are not between")]
    [InlineData("EUR", 1, -10_000_000, "different signs")]
    [InlineData("EUR", -1, 10_000_000, "different signs")]
    [InlineData("EUR", 0, 1, "finer than the minor unit of EUR, which has 2 decimals")]
    [InlineData("EUR", 1, 505_000_000, "finer than the minor unit")]
    [InlineData("JPY", 1, 500_000_000, "finer than the minor unit of JPY, which has 0 decimals")]
    [InlineData("KWD", 1, 500_000, "finer than the minor unit of KWD, which has 3 decimals")]
    [InlineData("EUR", long.MaxValue, 0, "more than the largest amount of EUR, 92 233 720 368 547 758.07 EUR")]
    [InlineData("EUR", 92_233_720_368_547_758, 80_000_000, "more than the largest amount")]
    [InlineData("EUR", long.MinValue, 0, "more than the largest amount")]
    public void Inexact_money_is_refused_with_the_reason(string currency, long units, int nanos, string reason)
    {
        Assert.False(Amount.TryRead(new Money { CurrencyCode = currency, Units = units, Nanos = nanos }, out var amount, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Equal(default, amount);
    }

    [Fact]
    public void Every_reason_is_named_at_once()
    {
        Assert.False(Amount.TryRead(new Money { CurrencyCode = "EUR", Units = long.MaxValue, Nanos = -5 }, out _, out var problem));
        Assert.Contains("different signs", problem, StringComparison.Ordinal);
        Assert.Contains("finer than the minor unit", problem, StringComparison.Ordinal);
        Assert.Contains("more than the largest amount", problem, StringComparison.Ordinal);

        Assert.False(Amount.TryParse("1.5.0", "EURO", out _, out problem));
        Assert.Contains("not an ISO 4217 currency code", problem, StringComparison.Ordinal);
        Assert.Contains("not a decimal number", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_money_is_refused_and_not_read_as_zero()
    {
        Assert.False(Amount.TryRead(null, out _, out var problem));
        Assert.Equal("The amount is missing.", problem);
    }

    [Theory]
    // text, currency; minor units
    [InlineData("1500000", "USD", 150_000_000)]
    [InlineData("1234.5", "EUR", 123_450)]
    [InlineData(" -0.01 ", "EUR", -1)]
    [InlineData("+7.100", "EUR", 710)] // trailing zeros are not finer than a cent
    [InlineData("13200000000.00", "JPY", 13_200_000_000)]
    [InlineData("92233720368547758.07", "EUR", long.MaxValue)]
    [InlineData("-92233720368547758.08", "EUR", long.MinValue)]
    public void A_decimal_text_is_parsed_to_the_minor_unit(string text, string currency, long minorUnits)
    {
        Assert.True(Amount.TryParse(text, currency, out var amount, out var problem), problem);
        Assert.Equal(new Amount(minorUnits, currency), amount);
    }

    [Theory]
    // text, currency; refusal
    [InlineData("", "EUR", "not a decimal number")]
    [InlineData(null, "EUR", "not a decimal number")]
    [InlineData("1,234.50", "EUR", "no separators between thousands")]
    [InlineData("1 234.50", "EUR", "no separators between thousands")]
    [InlineData("1.5e6", "EUR", "has an exponent; write out all digits")]
    [InlineData("0.005", "EUR", "finer than the minor unit")]
    [InlineData("10.5", "JPY", "finer than the minor unit")]
    [InlineData("92233720368547758.08", "EUR", "more than the largest amount")]
    [InlineData("12", null, "not an ISO 4217 currency code")]
    public void A_text_that_is_no_exact_amount_is_refused_with_a_reason(string? text, string? currency, string reason)
    {
        Assert.False(Amount.TryParse(text, currency, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_amount_round_trips_over_the_wire_and_as_text() =>
        Gen.Select(Hostile.Long, Gen.OneOf(Currency.All.ToArray())).Sample((minorUnits, currency) =>
        {
            var amount = new Amount(minorUnits, currency.Code);
            Assert.True(Amount.TryRead(amount.ToMoney(), out var read, out var problem), problem);
            Assert.Equal(amount, read);
            Assert.True(Amount.TryParse(DecimalText.ToText(amount.ToMajorUnits()), currency.Code, out var parsed, out problem), problem);
            Assert.Equal(amount, parsed);
            Assert.Equal(minorUnits, Conversion.ToMinorUnitsHalfEven(amount.ToMajorUnits(), currency));
        });

    [Fact]
    public void Any_money_is_parsed_exactly_or_refused_with_a_reason() =>
        Gen.Select(Hostile.CurrencyCode, Hostile.Long, Hostile.Int).Sample((currency, units, nanos) =>
        {
            var money = new Money { CurrencyCode = currency, Units = units, Nanos = nanos };
            var isRead = Amount.TryRead(money, out var amount, out var problem);
            Assert.NotEqual(isRead, problem.Length > 0);
            if (isRead)
                Assert.Equal(money, amount.ToMoney());
            Assert.InRange(problem.Length, 0, 600);
        });

    [Fact]
    public void Any_text_is_parsed_or_refused_with_a_bounded_reason() =>
        Gen.Select(Hostile.Text, Hostile.CurrencyCode).Sample((text, currency) =>
        {
            var isRead = Amount.TryParse(text, currency, out _, out var problem);
            Assert.NotEqual(isRead, problem.Length > 0);
            Assert.InRange(problem.Length, 0, 600);
        });

    [Fact]
    public void An_amount_of_an_unknown_currency_can_be_shown_but_not_sent()
    {
        Assert.Equal("5 minor units of \"ABC\"", new Amount(5, "ABC").ToString());
        Assert.Equal("0 minor units of \"\"", default(Amount).ToString());
        Assert.Throws<ArgumentException>(() => new Amount(5, "ABC").ToMoney());
    }
}
