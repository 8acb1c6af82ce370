// At stake: who owns an investor by look-through, and whether owners in covered countries hold too much of it. Each row is an investor's
// seat, its known owners in percent, and whether they exceed a limit of 25 % for China and Russia.
using Mining.Investors.Domain;
using Xunit;

namespace Mining.Investors.Tests.Domain;

public sealed class OutsideOwnershipTests
{
    [Theory]
    [InlineData("DE", "", false)]
    [InlineData("CN", "", true)] // the seat stands for unknown owners
    [InlineData("DE", "CN 25", false)] // the limit itself is allowed
    [InlineData("DE", "CN 26", true)]
    [InlineData("DE", "CN 13, RU 13", true)] // together
    [InlineData("DE", "CN 25, US 75", false)]
    [InlineData("CN", "US 75", false)] // the remaining 25 % belong to the seat
    [InlineData("CN", "US 74", true)]
    [InlineData("CN", "CN 10, US 75", false)]
    [InlineData("CN", "RU 10, US 74", true)]
    public void Outside_ownership_is_compared_with_the_limit(string seat, string owners, bool isExceeded)
    {
        var rule = new OwnershipRule("partnerships/p", ["CN", "RU"], 250_000, Blocks: true);
        var whose = LookThrough.Owners(seat, [.. owners.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Owner)]);
        Assert.Equal(LookThrough.Whole, whose.Sum(owner => owner.SharePpm));
        Assert.Equal(isExceeded, rule.Find(whose) is not null);
        Assert.Equal(isExceeded, rule.Refuse("investors/i", whose) is not null);
        Assert.Null((rule with { Blocks = false }).Refuse("investors/i", whose));
    }

    [Fact]
    public void A_refusal_names_the_rule_the_chain_of_owners_and_the_figures()
    {
        var refusal = new OwnershipRule("partnerships/p", ["CN", "RU"], 250_000, Blocks: true, "Guidance")
            .Refuse("investors/i", LookThrough.Owners("CN", [Owner("CN 3"), Owner("RU 14"), Owner("US 73")]))!;
        Assert.Equal("OUTSIDE_OWNERSHIP_LIMIT", refusal.Reason);
        const string chain = "investors/i > RU 140000 ppm; investors/i > CN 130000 ppm (100000 ppm have no known owner and count for the investor's seat)";
        Assert.Equal(
            "The outside-ownership rule of partnerships/p allows owners in covered countries at most 250000 ppm of an investor; those of investors/i "
            + $"hold 270000 ppm together, the largest of them 140000 ppm: {chain}. The rule's basis: Guidance.",
            refusal.Message);
        Assert.Equal(
            [
                ("basis", "Guidance"), ("covered_countries", "CN,RU"), ("direct_ppm", "140000"), ("limit_ppm", "250000"), ("owner_chain", chain),
                ("partnership", "partnerships/p"), ("summed_ppm", "270000"),
            ],
            refusal.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value)));
    }

    [Fact]
    public void A_refusal_of_any_rule_fits_into_the_trailers_of_a_call()
    {
        var countries = Mining.Primitives.Catalogues.Countries.All.Select(country => country.Code).Where(code => code != "US").Take(200).ToList();
        var rule = new OwnershipRule("partnerships/p", countries, 0, Blocks: true, new string('…', 1_000));
        var refusal = rule.Refuse($"investors/{new string('i', 63)}", LookThrough.Owners("US", [.. countries.Select(country => new Owner(country, 5_000))]))!;
        Assert.Contains("and 195 more", refusal.Metadata["owner_chain"], StringComparison.Ordinal);
        // Once as text, once in base64: at most 8 KiB.
        Assert.InRange(Google.Protobuf.MessageExtensions.ToByteArray(refusal.ToStatus()).Length * 4 / 3, 1, 6_500);
    }

    [Fact]
    public void A_country_with_a_zero_stake_is_no_owner() => Assert.Equal([new Owner("US", 1_000_000)], LookThrough.Owners("DE", [Owner("US 100")]));

    private static Owner Owner(string text) =>
        text.Split(' ') is [var country, var percent] ? new(country, int.Parse(percent, null) * 10_000) : throw new ArgumentException(text);
}
