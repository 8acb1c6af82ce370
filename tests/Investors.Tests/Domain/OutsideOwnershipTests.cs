// At stake: whose an investor is, by look-through, and whether owners in covered countries hold too much of it. Each row is an
// investor's seat, its known owners in parts of a hundred, and whether they pass a limit of 25 % for China and Russia.
using Mining.Investors.Domain;
using Xunit;

namespace Mining.Investors.Tests.Domain;

public sealed class OutsideOwnershipTests
{
    [Theory]
    [InlineData("DE", "", false)]
    [InlineData("CN", "", true)] // the seat stands for owners that are not known
    [InlineData("DE", "CN 25", false)] // the limit is the most that may be held
    [InlineData("DE", "CN 26", true)]
    [InlineData("DE", "CN 13, RU 13", true)] // together
    [InlineData("DE", "CN 25, US 75", false)]
    [InlineData("CN", "US 75", false)] // the rest of a hundred is the seat's: 25
    [InlineData("CN", "US 74", true)]
    [InlineData("CN", "CN 10, US 75", false)]
    [InlineData("CN", "RU 10, US 74", true)]
    public void Covered_owners_pass_the_limit_or_not(string seat, string owners, bool isPassed)
    {
        var rule = new OwnershipRule("partnerships/p", ["CN", "RU"], 250_000, Blocks: true);
        var whose = LookThrough.Owners(seat, [.. owners.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Owner)]);
        Assert.Equal(LookThrough.Whole, whose.Sum(owner => owner.SharePpm));
        Assert.Equal(isPassed, rule.IsPassedBy(whose));
        Assert.Equal(isPassed, rule.Refuse("investors/i", whose) is not null);
        Assert.Null((rule with { Blocks = false }).Refuse("investors/i", whose));
    }

    [Fact]
    public void A_refusal_names_the_covered_owners_their_sum_and_the_rule()
    {
        var refusal = new OwnershipRule("partnerships/p", ["CN", "RU"], 250_000, Blocks: true)
            .Refuse("investors/i", LookThrough.Owners("DE", [Owner("CN 13"), Owner("RU 14"), Owner("US 73")]));
        Assert.Equal("OUTSIDE_OWNERSHIP_LIMIT", refusal?.Reason);
        Assert.Equal(
            "Owners of investors/i in CN (130000 ppm), RU (140000 ppm) hold 270000 ppm together; "
            + "the outside-ownership rule of partnerships/p allows 250000 ppm.",
            refusal?.Message);
    }

    [Fact]
    public void A_country_that_holds_nothing_is_no_owner() => Assert.Equal([new Owner("US", 1_000_000)], LookThrough.Owners("DE", [Owner("US 100")]));

    private static Owner Owner(string text) =>
        text.Split(' ') is [var country, var percent] ? new(country, int.Parse(percent, null) * 10_000) : throw new ArgumentException(text);
}
