using Mining.Gateway.Tests.Building;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: an answer for a past date must show what was true then. The tests follow the life of one commitment and query its amounts at
// dates along it: pledged / committed / disbursed, with the number of counted commitments.
public class DatesTests
{
    [Theory]
    [InlineData("2025-02-28", "0.00 EUR of 0 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-03-01", "100.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-05-31", "100.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-06-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 0.00 EUR of 0")]
    [InlineData("2025-08-15", "100.00 EUR of 1 / 100.00 EUR of 1 / 30.00 EUR of 1")]
    [InlineData("2025-12-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 50.00 EUR of 1")]
    public void A_commitment_grows_from_pledged_to_committed_to_disbursed(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment(
            "c", "bank", "mine", "100 EUR", pledged: "2025-03-01", signed: "2025-06-01", paid: [("30 EUR", "2025-08-15"), ("20 EUR", "2025-12-01")])));

    [Theory]
    [InlineData("2025-02-28", "0.00 EUR of 0 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-03-01", "100.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2026-01-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 0.00 EUR of 0")]
    public void A_partial_date_counts_from_its_first_day(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment("c", "bank", "mine", "100 EUR", pledged: "2025-03", signed: "2026")));

    [Theory]
    [InlineData("1999-01-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 100.00 EUR of 1")]
    [InlineData("2026-01-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 100.00 EUR of 1")]
    public void An_undated_event_counts_at_every_date(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment("c", "bank", "mine", "100 EUR", signed: "?", paid: [("100 EUR", null)])));

    [Fact]
    public void A_commitment_without_an_announcement_date_is_counted_as_undated()
    {
        var table = Subject().Commitment("a", "bank", "mine", "1 EUR", signed: "2025").Commitment("b", "bank", "mine", "1 EUR", pledged: "2025", signed: "2025").Shares();
        Assert.Equal((2, 1), (table.CommitmentCount, table.UndatedCount));
    }

    [Theory]
    [InlineData("2025-02-28", "0.00 EUR of 0 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-03-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 100.00 EUR of 1")]
    public void An_event_without_a_date_is_not_before_the_event_it_presupposes(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment(
            "c", "bank", "mine", "100 EUR", pledged: "2025-03-01", signed: "?", paid: [("100 EUR", null)])));

    [Theory]
    [InlineData("2024-12-31", "0.00 EUR of 0 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-01-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 0.00 EUR of 0")]
    [InlineData("2025-03-14", "100.00 EUR of 1 / 100.00 EUR of 1 / 0.00 EUR of 0")]
    public void A_signing_whose_first_day_is_before_the_announcement_pledges_from_that_day(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment("c", "bank", "mine", "100 EUR", pledged: "2025-03-15", signed: "2025")));

    [Theory]
    [InlineData("2025-02-28", "100.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-03-01", "100.00 EUR of 1 / 100.00 EUR of 1 / 40.00 EUR of 1")]
    public void A_payment_whose_first_day_is_before_the_signing_commits_from_that_day(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment(
            "c", "bank", "mine", "100 EUR", pledged: "2025-01-01", signed: "2025-03-15", paid: [("40 EUR", "2025-03")])));

    [Theory]
    [InlineData("2025-09-30", "100.00 EUR of 1 / 100.00 EUR of 1 / 30.00 EUR of 1")]
    [InlineData("2025-10-01", "30.00 EUR of 1 / 30.00 EUR of 1 / 30.00 EUR of 1")]
    public void Cancellation_ends_what_is_not_paid(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment(
            "c", "bank", "mine", "100 EUR", pledged: "2025-03-01", signed: "2025-06-01", cancelled: "2025-10-01", paid: [("30 EUR", "2025-08-15")])));

    [Theory]
    [InlineData("2025-09-30", "100.00 EUR of 1 / 100.00 EUR of 1 / 0.00 EUR of 0")]
    [InlineData("2025-10-01", "0.00 EUR of 0 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    public void Cancellation_without_a_payment_leaves_nothing_that_counts(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment(
            "c", "bank", "mine", "100 EUR", pledged: "2025-03-01", signed: "2025-06-01", cancelled: "2025-10-01")));

    [Fact]
    public void A_cancellation_without_a_date_counts_at_every_date() => Assert.Equal(
        "0.00 EUR of 0 / 0.00 EUR of 0 / 0.00 EUR of 0",
        Life("2025-04-01", world => world.Commitment("c", "bank", "mine", "100 EUR", pledged: "2025-03-01", cancelled: "?")));

    [Theory]
    [InlineData("2025-03-01", "100.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-05-31", "100.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-06-01", "80.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    public void An_amount_applies_from_its_date_and_the_first_amount_before_it(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment(
            "c", "bank", "mine", "80 EUR", pledged: "2025-03-01", amounts: [("100 EUR", "2025-04-01"), ("80 EUR", "2025-06")])));

    [Theory]
    [InlineData("2025-05-01", "0.00 EUR of 1, 1 undisclosed / 0.00 EUR of 0 / 0.00 EUR of 0")]
    [InlineData("2025-06-01", "80.00 EUR of 1 / 0.00 EUR of 0 / 0.00 EUR of 0")]
    public void An_amount_may_be_disclosed_later(string asOf, string expected) =>
        Assert.Equal(expected, Life(asOf, world => world.Commitment(
            "c", "bank", "mine", "80 EUR", pledged: "2025-03-01", amounts: [(null, null), ("80 EUR", "2025-06-01")])));

    [Fact]
    public void The_default_date_is_today()
    {
        var world = Subject().Commitment("c", "bank", "mine", "1 EUR", pledged: "2026-01-01").Commitment("d", "bank", "mine", "2 EUR", pledged: "2026-01-02");
        Assert.Equal("1.00 EUR of 1", world.Shares(Measure.Pledged).Counted());
        Assert.Equal(Write.Date("2026-01-01"), world.Summary().AsOf);
    }

    private static World Subject() => World.Of().Investor("bank", "DE").Project("mine");

    private static string Life(string asOf, Func<World, World> commitment) =>
        string.Join(" / ", commitment(Subject()).Summary(asOf).AllProjects.Select(table => table.Counted()));
}
