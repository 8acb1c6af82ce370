using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: each figure of a project can be traced to its commitments, and to who recorded them.
public class DossierTests
{
    private static World Subject() => World.Of().Investor("kfw", "DE").Investor("fund", "LU", ("DE", 600_000), ("US", 400_000)).Project("mine").Project("other")
        .Commitment("b", "fund", "mine", "100 EUR", pledged: "2024", signed: "2025", paid: [("30 EUR", "2025-06")])
        .Commitment("a", "kfw", "mine", "50 EUR", pledged: "2024")
        .Commitment("c", "kfw", "mine", "9 EUR", pledged: "2024", cancelled: "2025")
        .Commitment("d", "kfw", "mine", "8 EUR", pledged: "2024", instrument: Instrument.PriceFloor)
        .Commitment("e", "kfw", "mine", "7 EUR", pledged: "2024", basis: CountingBasis.AcquisitionPrice)
        .Commitment("f", "nobody", "mine", "6 EUR", pledged: "2024")
        .Undisclosed("g", "kfw", "mine", pledged: "2024")
        .Commitment("z", "kfw", "other", "1 EUR", pledged: "2024");

    [Fact]
    public void The_capital_stack_shows_state_sides_and_exclusion_reason_of_each_commitment() => Assert.Equal(
        [
            "a KFW Pledged [EU 50.00 EUR] enters",
            "b FUND Disbursed [EU 18.00 EUR, US 12.00 EUR] enters",
            "c KFW Unspecified [] enters",
            "d KFW Pledged [EU 8.00 EUR] Contingent (price floor): reported separately, not included in the shares.",
            "e KFW Pledged [EU 7.00 EUR] Not additive: the price paid for a company.",
            "f investors/nobody Unspecified [] The investor is unknown, so the amount cannot be attributed.",
            "g KFW Pledged [] enters",
        ],
        Subject().Dossier("mine").CapitalStack.Select(Line));

    [Fact]
    public void The_capital_stack_is_as_of_the_date() => Assert.Equal(
        ["a KFW Pledged [EU 50.00 EUR] enters", "b FUND Committed [EU 60.00 EUR, US 40.00 EUR] enters"],
        Subject().Dossier("mine", "2025-05-31").CapitalStack.Take(2).Select(Line));

    [Fact]
    public void A_dossiers_shares_equal_the_projects_row()
    {
        var world = Subject();
        var dossier = world.Dossier("mine");
        Assert.Equal(["150.00 EUR of 3, 1 undisclosed", "100.00 EUR of 1", "30.00 EUR of 1"], dossier.Shares.Select(table => table.Counted()));
        Assert.Equal(world.CoInvestments(CoInvestmentGrouping.Project).Rows.Single(row => row.Key == "projects/mine").Figures, dossier.Shares[1]);
        Assert.Equal(world.Pipeline().Entries.Single(entry => entry.Project == "projects/mine"), dossier.Pipeline);
    }

    [Fact]
    public void Refining_cover_separates_partner_capacity_and_lists_all_reservations()
    {
        var dossier = Subject().Project("mine", project =>
        {
            project.Outputs.Add([Write.Output("nickel", "10"), Write.Output("lithium", "100.5")]);
            project.PlannedFirstProduction = Write.Date("2027");
        }).Facility("finland", "FI").Facility("china", "CN")
            .Reservation("r2", "mine", "finland", "lithium", "40", 2027, 2028).Reservation("r1", "mine", "china", "lithium", "30", 2027, 2028)
            .Reservation("r3", "mine", "finland", "lithium", "5", 2020, 2021).Reservation("r4", "other", "finland", "lithium", "7", 2027, 2028).Dossier("mine");
        Assert.Equal(
            ["lithium 2027 100.5 40 30", "nickel 2027 10 0 0"],
            dossier.RefiningCover.Select(cover => $"{cover.Mineral} {cover.Year} {cover.PlannedTonnes.Value} {cover.ReservedPartnerTonnes.Value} {cover.ReservedOutsideTonnes.Value}"));
        Assert.Equal(["reservations/r1", "reservations/r2", "reservations/r3"], dossier.Reservations.Select(reservation => reservation.Name));
        Assert.Empty(Subject().Dossier("mine").RefiningCover);
    }

    [Fact]
    public void Records_are_shown_unchanged_with_their_recorder()
    {
        var dossier = Subject().Project("mine", project => project.Operator = "Keliber").Dossier("mine");
        Assert.Equal(("projects/mine", "Keliber"), (dossier.Project.Name, dossier.Project.Operator));
        Assert.Equal(["2 tester Tell", "1 tester Tell"], dossier.Revisions.Select(revision => $"{revision.Version} {revision.Actor} {revision.Method}"));
        Assert.Equal("commitments/a", dossier.CapitalStack[0].Commitment.Name);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("named-only")]
    public void An_unknown_project_is_not_found(string project) => Assert.Equal(
        Grpc.Core.StatusCode.NotFound,
        Assert.Throws<RefusedException>(() => Subject().Commitment("n", "kfw", "named-only", "1 EUR").Dossier(project)).Refusal.Code);

    private static string Line(CapitalStackEntry entry) =>
        $"{entry.Commitment.Name["commitments/".Length..]} {entry.InvestorDisplayName} {entry.Measure} "
        + $"[{string.Join(", ", entry.Attribution.Select(part => $"{part.SideId} {Write.Text(part.Amount)}"))}] {(entry.EntersShares ? "enters" : entry.Reason)}";
}
