using Mining.Primitives.Numbers;
using Xunit;

namespace Mining.Primitives.Tests.Numbers;

// At stake: a wrong number of decimals makes every amount of a currency wrong by a factor of a hundred.
public sealed class CurrencyTests
{
    [Theory]
    [InlineData("EUR", 2)]
    [InlineData("USD", 2)]
    [InlineData("GBP", 2)]
    [InlineData("CZK", 2)]
    [InlineData("HUF", 2)]
    [InlineData("BGN", 2)] // withdrawn in 2026, but used by earlier announcements
    [InlineData("JPY", 0)]
    [InlineData("KRW", 0)]
    [InlineData("CLP", 0)]
    [InlineData("ISK", 0)]
    [InlineData("VND", 0)]
    [InlineData("XOF", 0)]
    [InlineData("KWD", 3)]
    [InlineData("BHD", 3)]
    [InlineData("OMR", 3)]
    public void A_currency_has_the_decimals_of_its_minor_unit(string code, int minorDigits)
    {
        Assert.Equal(new Currency(code, minorDigits), Currency.Get(code));
        Assert.Equal((long)Math.Pow(10, minorDigits), Currency.Get(code).MinorUnitsPerMajorUnit);
    }

    [Theory]
    [InlineData("XXX")]
    [InlineData("XAU")]
    [InlineData("XDR")]
    [InlineData("CLF")]
    [InlineData("HRK")]
    [InlineData("ANG")]
    [InlineData("eur")]
    [InlineData("EUR ")]
    [InlineData("")]
    [InlineData(null)]
    public void Withdrawn_invalid_and_fund_codes_are_no_currencies(string? code) => Assert.False(Currency.TryGet(code, out _));

    [Fact]
    public void The_list_of_currencies_is_complete_and_sorted()
    {
        Assert.Equal(156, Currency.All.Count);
        Assert.Equal(Currency.All.OrderBy(currency => currency.Code, StringComparer.Ordinal), Currency.All);
        Assert.All(Currency.All, currency => Assert.Matches("^[A-Z]{3}$", currency.Code));
        Assert.Equal(16, Currency.All.Count(currency => currency.MinorDigits == 0));
        Assert.Equal(7, Currency.All.Count(currency => currency.MinorDigits == 3));
    }

    [Theory]
    [InlineData("EURO", "EUR")]
    [InlineData("eur", "EUR")]
    [InlineData("USS", "USD")]
    [InlineData("Norwegian Krona", "NOK")]
    public void An_unknown_code_is_refused_with_suggestions(string text, string meant)
    {
        Assert.Contains(meant, Currency.NearMatches(text));
        var refusal = Assert.Throws<ArgumentException>(() => Currency.Get(text));
        Assert.Contains("did you mean", refusal.Message, StringComparison.Ordinal);
    }
}
