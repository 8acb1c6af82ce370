using CsCheck;
using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: shares, the most important figure of the mesh. Each table is small enough to be checked by hand.
public class SharesTests
{
    private static World Subject() => World.Of().Rates("2024-01-01", ("USD", "1.25"), ("JPY", "160"))
        .Investor("eib", "EU").Investor("kfw", "DE").Investor("doe", "US").Investor("jogmec", "JP").Project("mine").Project("refinery");

    [Fact]
    public void A_share_is_a_sides_part_of_all_money_including_outside_money()
    {
        var table = Subject().Commitment("a", "kfw", "mine", "60 EUR", signed: "2025").Commitment("b", "doe", "mine", "30 EUR", signed: "2025")
            .Commitment("c", "jogmec", "refinery", "10 EUR", signed: "2025").Shares();
        Assert.Equal("EU 60.00 EUR, OUTSIDE 10.00 EUR, US 30.00 EUR", table.Amounts());
        Assert.Equal("EU 600000, OUTSIDE 100000, US 300000", table.Shares());
        Assert.Equal([100_000, 0, -200_000], table.Sides.Select(side => side.DistanceToTargetPpm));
        Assert.Equal([true, false, true], table.Sides.Select(side => side.HasTargetSharePpm));
        Assert.Equal((2, 3), (table.ProjectCount, table.CommitmentCount));
    }

    [Theory]
    [InlineData("1 EUR", "1 EUR", "1 EUR", "EU 333334, OUTSIDE 333333, US 333333")]
    [InlineData("1 EUR", "2 EUR", "3 EUR", "EU 166667, OUTSIDE 333333, US 500000")]
    [InlineData("2 EUR", "2 EUR", "3 EUR", "EU 285714, OUTSIDE 285714, US 428572")]
    public void Shares_are_apportioned_by_largest_remainder_with_ties_to_the_smaller_id(string eu, string outside, string us, string expected) =>
        Assert.Equal(expected, Subject().Commitment("a", "kfw", "mine", eu, signed: "2025").Commitment("b", "jogmec", "mine", outside, signed: "2025")
            .Commitment("c", "doe", "mine", us, signed: "2025").Shares().Shares());

    [Fact]
    public void Without_money_the_shares_are_unavailable_not_zero()
    {
        var table = Subject().Shares();
        Assert.True(table.NothingToShare);
        Assert.Equal("EU -, OUTSIDE -, US -", table.Shares());
        Assert.All(table.Sides, side => Assert.False(side.HasDistanceToTargetPpm));
    }

    [Fact]
    public void A_project_is_joint_when_two_sides_have_money_of_the_same_measure_in_it()
    {
        var world = Subject()
            .Commitment("a", "kfw", "mine", "10 EUR", signed: "2025").Commitment("b", "doe", "mine", "10 EUR", pledged: "2025")
            .Commitment("c", "kfw", "refinery", "10 EUR", signed: "2025").Commitment("d", "jogmec", "refinery", "10 EUR", signed: "2025");
        Assert.Equal(["20.00 EUR of 2", "0.00 EUR of 0", "0.00 EUR of 0"], world.Summary().JointProjects.Select(table => table.Counted()));
        world.Commitment("b", "doe", "mine", "10 EUR", pledged: "2025", signed: "2025-06");
        Assert.Equal("20.00 EUR of 2", world.Summary().JointProjects[1].Counted());
    }

    [Theory]
    [InlineData(Instrument.Guarantee, CountingBasis.Additive)]
    [InlineData(Instrument.Equity, CountingBasis.CompanyLevel)]
    public void Contingent_or_non_additive_money_does_not_make_a_project_joint(Instrument instrument, CountingBasis basis) =>
        Assert.Equal(0, Subject().Commitment("a", "kfw", "mine", "10 EUR", signed: "2025")
            .Commitment("b", "doe", "mine", "10 EUR", signed: "2025", instrument: instrument, basis: basis).Summary().JointProjects[1].ProjectCount);

    [Fact]
    public void Whether_a_project_is_joint_ignores_commitment_filters()
    {
        var world = Subject().Commitment("a", "kfw", "mine", "10 EUR", signed: "2025").Commitment("b", "doe", "mine", "10 EUR", signed: "2025", instrument: Instrument.Loan);
        Assert.Equal("10.00 EUR of 1", world.Summary(query: query => query.Filter = new() { Instruments = { Instrument.Loan } }).JointProjects[1].Counted());
        Assert.Equal("10.00 EUR of 1", world.Summary(query: query => query.Filter = new() { Investors = { "investors/kfw" } }).JointProjects[1].Counted());
    }

    [Fact]
    public void An_investor_without_known_owners_counts_as_its_own_country() => Assert.Equal(
        "EU 1.00 EUR, OUTSIDE 0.00 EUR, US 0.00 EUR", Subject().Commitment("a", "eib", "mine", "1 EUR", signed: "2025").Shares().Amounts());

    [Theory]
    [InlineData("100 EUR", "EU 60.00 EUR, OUTSIDE 0.00 EUR, US 40.00 EUR")]
    [InlineData("0.03 EUR", "EU 0.02 EUR, OUTSIDE 0.00 EUR, US 0.01 EUR")]
    [InlineData("0.01 EUR", "EU 0.01 EUR, OUTSIDE 0.00 EUR, US 0.00 EUR")]
    public void An_amount_is_split_by_look_through_and_the_parts_add_up(string amount, string expected) => Assert.Equal(
        expected, Subject().Investor("fund", "LU", ("DE", 600_000), ("US", 400_000)).Commitment("a", "fund", "mine", amount, signed: "2025").Shares().Amounts());

    [Fact]
    public void Unknown_ownership_counts_as_the_investors_own_country() => Assert.Equal(
        "EU 0.00 EUR, OUTSIDE 70.00 EUR, US 30.00 EUR",
        Subject().Investor("fund", "LU", ("US", 300_000)).Commitment("a", "fund", "mine", "100 EUR", signed: "2025").Shares().Amounts());

    [Fact]
    public void Every_commitment_is_split_separately_with_ties_to_the_smaller_id()
    {
        var world = Subject().Investor("half", "LU", ("DE", 500_000), ("US", 500_000));
        for (var number = 0; number < 10; number++)
            world.Commitment($"c{number}", "half", "mine", "0.01 EUR", signed: "2025");
        Assert.Equal("EU 0.10 EUR, OUTSIDE 0.00 EUR, US 0.00 EUR", world.Shares().Amounts());
    }

    [Fact]
    public void OUTSIDE_is_sorted_among_the_sides_by_id() => Assert.Equal(
        "CA 1.00 EUR, OUTSIDE 0.00 EUR, ZA 0.00 EUR",
        new World().Partnership("p", sides: [Write.Side("ZA", 500_000, "ZA"), Write.Side("CA", 500_000, "CA")])
            .Investor("edc", "CA").Project("mine").Commitment("a", "edc", "mine", "1 EUR", signed: "2025").Shares().Amounts());

    [Fact]
    public void An_undisclosed_amount_is_counted_and_never_added()
    {
        var world = Subject().Undisclosed("a", "kfw", "mine", signed: "2025").Commitment("b", "doe", "mine", "10 EUR", signed: "2025");
        Assert.Equal("10.00 EUR of 2, 1 undisclosed", world.Shares().Counted());
        Assert.Equal("EU 0, OUTSIDE 0, US 1000000", world.Shares().Shares());
    }

    [Fact]
    public void An_undisclosed_payment_makes_only_the_disbursed_amount_undisclosed()
    {
        var world = Subject().Commitment("a", "kfw", "mine", "100 EUR", signed: "2025", paid: [("10 EUR", "2025"), (null, "2025")]);
        Assert.Equal(
            ["100.00 EUR of 1", "100.00 EUR of 1", "0.00 EUR of 1, 1 undisclosed"], world.Summary().AllProjects.Select(table => table.Counted()));
    }

    [Fact]
    public void Contingent_support_is_reported_beside_the_shares()
    {
        var world = Subject().Commitment("a", "kfw", "mine", "100 EUR", signed: "2025")
            .Commitment("b", "doe", "mine", "40 EUR", signed: "2025", instrument: Instrument.Guarantee)
            .Commitment("c", "doe", "mine", "7 EUR", signed: "2025", instrument: Instrument.Guarantee, basis: CountingBasis.Overlap)
            .Undisclosed("d", "doe", "mine", signed: "2025", instrument: Instrument.PriceFloor, basis: CountingBasis.UnitPrice);
        var summary = world.Summary();
        Assert.Equal("100.00 EUR of 1", summary.AllProjects[1].Counted());
        var guarantees = summary.ContingentSupport.Single(support => support is { Instrument: Instrument.Guarantee, Measure: Measure.Committed });
        Assert.Equal("EU 0.00 EUR, OUTSIDE 0.00 EUR, US 40.00 EUR", guarantees.Sides.Amounts());
        Assert.Equal((2, 0), (guarantees.CommitmentCount, guarantees.UndisclosedCount));
        var floors = summary.ContingentSupport.Single(support => support is { Instrument: Instrument.PriceFloor, Measure: Measure.Committed });
        Assert.Equal((1, 1, "0.00 EUR"), (floors.CommitmentCount, floors.UndisclosedCount, Write.Text(floors.Total)));
    }

    [Theory]
    [InlineData(Instrument.Equity, true)]
    [InlineData(Instrument.Loan, true)]
    [InlineData(Instrument.Grant, true)]
    [InlineData(Instrument.Prepayment, true)]
    [InlineData(Instrument.Guarantee, false)]
    [InlineData(Instrument.PriceFloor, false)]
    [InlineData(Instrument.Offtake, false)]
    public void Funded_instruments_count_in_a_share_and_contingent_ones_do_not(Instrument instrument, bool enters)
    {
        var world = Subject().Commitment("a", "kfw", "mine", "100 EUR", signed: "2025", instrument: instrument);
        Assert.Equal(enters ? "100.00 EUR of 1" : "0.00 EUR of 0", world.Shares().Counted());
        Assert.Equal(enters ? 1 : 0, world.CoInvestments(CoInvestmentGrouping.Instrument).Rows.Count);
        Assert.Equal(enters, Assert.Single(world.Dossier("mine").CapitalStack).EntersShares);
    }

    [Fact]
    public void Undated_commitments_are_counted_per_project_and_in_total()
    {
        var world = Subject().Commitment("a", "kfw", "mine", "1 EUR", signed: "?").Commitment("b", "kfw", "mine", "1 EUR", signed: "?")
            .Commitment("c", "kfw", "refinery", "1 EUR", signed: "?");
        Assert.Equal(3, world.Shares().UndatedCount);
        Assert.Equal(2, world.Dossier("mine").Shares.Single(table => table.Measure == Measure.Committed).UndatedCount);
    }

    [Fact]
    public void Currencies_are_summed_separately_in_any_order() => Assert.Equal(
        "EU 100.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR",
        World.Of().Rates("2024-01-01", ("USD", "1.25"), ("JPY", "100")).Investor("kfw", "DE").Investor("doe", "US").Project("mine")
            .Commitment("a", "kfw", "mine", "90 EUR", signed: "2025").Commitment("b", "doe", "mine", "62.50 USD", signed: "2025")
            .Commitment("c", "kfw", "mine", "1000 JPY", signed: "2025").Shares().Amounts());

    [Fact]
    public void Non_additive_commitments_are_listed_with_their_reason()
    {
        var summary = Subject().Commitment("b", "kfw", "mine", "100 EUR", pledged: "2025", basis: CountingBasis.ConsortiumTotal)
            .Undisclosed("a", "doe", "refinery", "USD", pledged: "2025", instrument: Instrument.PriceFloor, basis: CountingBasis.UnitPrice)
            .Commitment("c", "kfw", "mine", "9 EUR", pledged: "2025", cancelled: "2025-06", basis: CountingBasis.Overlap).Summary();
        Assert.Equal("0.00 EUR of 0", summary.AllProjects[0].Counted());
        Assert.Equal(2, summary.NonAdditiveCount);
        Assert.Equal(
            ["commitments/a projects/refinery UnitPrice ", "commitments/b projects/mine ConsortiumTotal 100.00 EUR"],
            summary.NonAdditive.Select(entry => $"{entry.Commitment} {entry.Project} {entry.CountingBasis} {Write.Text(entry.Amount)}"));
    }

    [Fact]
    public void The_first_hundred_non_additive_commitments_are_listed_and_all_are_counted()
    {
        var world = Subject();
        foreach (var number in Enumerable.Range(0, 150).Reverse())
            world.Commitment($"c{number:000}", "kfw", number % 3 == 0 ? "mine" : "refinery", "1 EUR", basis: CountingBasis.Overlap);
        var summary = world.Summary();
        Assert.Equal(150, summary.NonAdditiveCount);
        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"commitments/c{number:000}"), summary.NonAdditive.Select(entry => entry.Commitment));
    }

    [Fact]
    public void Shares_add_up_to_a_million_and_sides_to_the_total() =>
        Gen.Select(Histories.Of, Histories.Day, Histories.Currency).Sample(
            (changes, asOf, currency) =>
            {
                var world = new World();
                foreach (var change in changes)
                    world.Model.Apply(change);
                var summary = world.Summary($"{asOf:yyyy-MM-dd}", query => query.ReportingCurrency = currency);
                var rows = world.CoInvestments(CoInvestmentGrouping.Investor, asOf: $"{asOf:yyyy-MM-dd}").Rows.Select(row => row.Figures);
                foreach (var table in summary.AllProjects.Concat(summary.JointProjects).Concat(summary.Instruments.SelectMany(one => one.Measures)).Concat(rows))
                {
                    Assert.Equal(table.NothingToShare ? 0 : 1_000_000, table.Sides.Sum(side => side.SharePpm));
                    Assert.Equal(table.NothingToShare, table.Total is { Units: 0, Nanos: 0 });
                    Assert.Equal(Major(table.Total), table.Sides.Sum(side => Major(side.Amount)));
                }
            },
            iter: 60);

    private static decimal Major(Google.Type.Money money) => money.Units + money.Nanos / 1_000_000_000m;
}
