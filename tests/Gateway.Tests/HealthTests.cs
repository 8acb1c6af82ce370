using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: a score that a board acts on. Each component has a table of records and expected results, at 2026-01-01 unless the table gives
// another date. A month is 30.4375 days.
public class HealthTests
{
    private static World Subject(Action<Project> with) => World.Of().Rates("2024-01-01", ("USD", "1.25"))
        .Investor("kfw", "DE").Investor("doe", "US").Investor("jogmec", "JP").Project("mine", with);

    [Theory]
    [InlineData(Stage.Exploration, "2 EUR", "SCORED 100.00")]
    [InlineData(Stage.Exploration, "1 EUR", "SCORED 50.00")]
    [InlineData(Stage.Scoping, "1 EUR", "SCORED 33.33")]
    [InlineData(Stage.PreFeasibility, "1 EUR", "SCORED 20.00")]
    [InlineData(Stage.Feasibility, "4 EUR", "SCORED 40.00")]
    [InlineData(Stage.Permitting, "6 EUR", "SCORED 40.00")]
    [InlineData(Stage.Financing, "45 EUR", "SCORED 75.00")]
    [InlineData(Stage.Construction, "45 EUR", "SCORED 45.00")]
    [InlineData(Stage.Commissioning, "100 EUR", "SCORED 100.00")]
    [InlineData(Stage.Operating, "130 EUR", "SCORED 100.00")]
    [InlineData(Stage.Construction, "50 USD", "SCORED 40.00")]
    [InlineData(Stage.Unspecified, "50 EUR", "UNKNOWN")]
    public void Funding_compares_committed_money_with_the_stages_need(Stage stage, string committed, string expected) =>
        Assert.Equal(expected, Subject(project => (project.Stage, project.CapitalCost) = (stage, Write.Money("100 EUR")))
            .Commitment("c", "kfw", "mine", committed, signed: "2025").Component("mine", HealthComponentKind.Funding).Line());

    [Fact]
    public void Funding_counts_additive_funded_commitments_of_all_parties()
    {
        var world = Subject(project => (project.Stage, project.CapitalCost) = (Stage.Construction, Write.Money("100 EUR")))
            .Commitment("a", "kfw", "mine", "10 EUR", signed: "2025").Commitment("b", "jogmec", "mine", "10 EUR", signed: "2025")
            .Commitment("c", "doe", "mine", "10 EUR", pledged: "2025").Commitment("d", "doe", "mine", "10 EUR", signed: "2025", basis: CountingBasis.Overlap)
            .Commitment("e", "doe", "mine", "10 EUR", signed: "2025", instrument: Instrument.Offtake).Undisclosed("f", "doe", "mine", signed: "2025");
        Assert.Equal("SCORED 20.00", world.Component("mine", HealthComponentKind.Funding).Line());
        Assert.Equal(
            "20 EUR committed of 100 EUR needed at stage construction: 100.0 % of the capital cost of 100 EUR. The amounts of 1 further commitment are undisclosed.",
            world.Component("mine", HealthComponentKind.Funding).Reason);
    }

    [Theory]
    [InlineData("2025-05-31", "UNKNOWN")]
    [InlineData("2025-06-01", "SCORED 50.00")]
    [InlineData("2025-09-01", "SCORED 25.00")]
    [InlineData("2025-12-01", "UNKNOWN")]
    public void Funding_uses_the_capital_cost_known_at_the_report_date(string asOf, string expected) =>
        Assert.Equal(expected, Subject(project =>
        {
            project.Stage = Stage.Construction;
            project.CapitalCostHistory.Add(new CapitalCostEstimate { CapitalCost = Write.Money("100 EUR"), EffectiveDate = Write.Date("2025-06") });
            project.CapitalCostHistory.Add(new CapitalCostEstimate { CapitalCost = Write.Money("200 EUR"), EffectiveDate = Write.Date("2025-09") });
            project.CapitalCostHistory.Add(new CapitalCostEstimate { EffectiveDate = Write.Date("2025-12") });
        }).Commitment("c", "kfw", "mine", "50 EUR", signed: "2024").Component("mine", HealthComponentKind.Funding, asOf).Line());

    [Fact]
    public void A_suspended_project_needs_as_much_as_before_its_suspension()
    {
        var world = Subject(project =>
        {
            project.CapitalCost = Write.Money("100 EUR");
            project.StageHistory.Add([Write.Since("2024", Stage.Financing), Write.Since("2025", Stage.Suspended)]);
        }).Commitment("c", "kfw", "mine", "30 EUR", signed: "2024");
        Assert.Equal("SCORED 50.00", world.Component("mine", HealthComponentKind.Funding).Line());
        Assert.Equal(["Suspended at stage financing."], world.Health("mine").RedFlags);
        Assert.Equal(HealthBand.Red, world.Health("mine").Band);
        Assert.Empty(world.Health("mine", "2024-06-01").RedFlags);
    }

    [Theory]
    [InlineData("2027-01-01", "2027-01-01", "SCORED 100.00")] // on time
    [InlineData("2026-01-01", "2027-01-01", "SCORED 50.03")] // 365 days late, of 730.5
    [InlineData("2026-06-01", "2026-01-01", "SCORED 100.00")] // expected earlier than promised
    [InlineData("2024-06", "2029", "SCORED 0.00")] // more than 24 months
    [InlineData("2025-07-02", null, "SCORED 74.95")] // no forecast, and overdue by 183 days
    [InlineData("2025-01-01", "2025-03-01", "SCORED 50.03")] // the forecast has passed as well: 365 days and counting
    public void Schedule_is_the_slip_of_the_next_open_milestone(string baseline, string? forecast, string expected) =>
        Assert.Equal(expected, Subject(project => project.Milestones.Add(Write.Milestone("first-ore", baseline, forecast)))
            .Component("mine", HealthComponentKind.Schedule).Line());

    [Fact]
    public void The_next_open_milestone_has_the_earliest_baseline_of_those_not_reached()
    {
        var world = Subject(project => project.Milestones.Add(
            [Write.Milestone("permits", "2024-01-01", actual: "2025-06"), Write.Milestone("finance", "2026-06-01"), Write.Milestone("ore", "2028", "2029")]));
        Assert.Contains("“finance”", world.Component("mine", HealthComponentKind.Schedule).Reason, StringComparison.Ordinal);
        Assert.Contains("“permits”", world.Component("mine", HealthComponentKind.Schedule, "2025-05-31").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Stage.Construction, "2027", "2027", "SCORED 100.00")]
    [InlineData(Stage.Construction, "2028-01-01", "2027-01-01", "SCORED 50.03")]
    [InlineData(Stage.Construction, "2025-01-01", "2025-01-01", "SCORED 50.03")] // overdue
    [InlineData(Stage.Construction, "2028", null, "SCORED 100.00")] // what is planned is the promise
    [InlineData(Stage.Commissioning, null, "2025-01-01", "SCORED 50.03")]
    [InlineData(Stage.Operating, "2025-01-01", "2024-01-01", "NOT_APPLICABLE")]
    [InlineData(Stage.Construction, null, null, "UNKNOWN")]
    public void Schedule_without_an_open_milestone_is_the_slip_of_first_production(Stage stage, string? planned, string? baseline, string expected) =>
        Assert.Equal(expected, Subject(project =>
        {
            project.Stage = stage;
            (project.PlannedFirstProduction, project.BaselineFirstProduction) = (Write.Date(planned), Write.Date(baseline));
            project.Milestones.Add(Write.Milestone("done", "2020", actual: "2021"));
        }).Component("mine", HealthComponentKind.Schedule).Line());

    [Fact]
    public void A_research_programme_without_dates_has_no_schedule() => Assert.Equal(
        "NOT_APPLICABLE", Subject(project => Kinds(project, ProjectKind.Research)).Component("mine", HealthComponentKind.Schedule).Line());

    [Theory]
    [InlineData("2025-01-01", 0, PermitActivity.Extraction, "SCORED 55.59")] // 11.99 of 27 months
    [InlineData("2025-01-01", 0, PermitActivity.Recycling, "SCORED 20.05")] // 11.99 of 15 months
    [InlineData("2025-01-01", 24, PermitActivity.Extraction, "SCORED 50.03")] // its own limit comes first
    [InlineData("2020", 0, PermitActivity.Processing, "SCORED 0.00")]
    [InlineData("2025-01-01", 0, PermitActivity.Other, "UNKNOWN")] // no limit is known
    [InlineData(null, 24, PermitActivity.Other, "UNKNOWN")]
    [InlineData("2026-02", 24, PermitActivity.Other, "UNKNOWN")] // not applied for at the date
    public void Permitting_is_the_time_an_open_permit_of_an_EU_strategic_project_has_taken(string? applied, int limit, PermitActivity activity, string expected) =>
        Assert.Equal(expected, Subject(project =>
        {
            project.Designations.Add(Designation.EuStrategic);
            project.Permits.Add(Write.Permit("environment", applied, limitMonths: limit, activity: activity));
        }).Component("mine", HealthComponentKind.Permitting).Line());

    [Fact]
    public void Permitting_scores_the_worst_open_permit_and_names_permits_it_cannot_score()
    {
        var component = Subject(project => project.Permits.Add(
            [Write.Permit("water", "2025-01-01", limitMonths: 24), Write.Permit("road", "2025-07-01", limitMonths: 24), Write.Permit("rail"),
             Write.Permit("mine", "2020", granted: "2025-12")])).Component("mine", HealthComponentKind.Permitting);
        Assert.Equal("SCORED 50.03", component.Line());
        Assert.Equal(
            "Permit “water” has been open for 12.0 months of the 24 allowed by law. Not included: 1 open permit without an application date or a statutory time limit.",
            component.Reason);
    }

    [Theory]
    [InlineData("2025-12-31", "SCORED 50.17")]
    [InlineData("2026-01-01", "SCORED 100.00")]
    public void Permitting_scores_full_when_all_permits_are_granted(string asOf, string expected) =>
        Assert.Equal(expected, Subject(project => project.Permits.Add(Write.Permit("water", "2025-01-01", granted: "2026-01", limitMonths: 24)))
            .Component("mine", HealthComponentKind.Permitting, asOf).Line());

    [Fact]
    public void A_refused_permit_scores_nothing_and_is_a_red_flag()
    {
        var world = Subject(project => project.Permits.Add([Write.Permit("water", "2025", refused: "2025-10-01", limitMonths: 24), Write.Permit("road", granted: "2025")]));
        Assert.Equal("SCORED 0.00", world.Component("mine", HealthComponentKind.Permitting).Line());
        Assert.Equal(["Permit “water” was refused on 2025-10-01."], world.Health("mine").RedFlags);
        Assert.Empty(world.Health("mine", "2025-09-30").RedFlags);
    }

    [Theory]
    [InlineData(ProjectKind.Mining, Stage.Unspecified, "UNKNOWN")]
    [InlineData(ProjectKind.Refining, Stage.Construction, "UNKNOWN")]
    [InlineData(ProjectKind.Recycling, Stage.Operating, "NOT_APPLICABLE")]
    [InlineData(ProjectKind.Research, Stage.Construction, "NOT_APPLICABLE")]
    public void Permitting_is_unknown_if_a_needed_permit_is_not_recorded(ProjectKind kind, Stage stage, string expected) =>
        Assert.Equal(expected, Subject(project =>
        {
            project.Stage = stage;
            Kinds(project, kind);
        }).Component("mine", HealthComponentKind.Permitting).Line());

    [Theory]
    [InlineData("finland", 2027, 2030, "2025", null, "SCORED 60.00")]
    [InlineData("texas", 2020, 2027, null, null, "SCORED 60.00")]
    [InlineData("china", 2027, 2030, "2025", null, "SCORED 0.00")] // no partner
    [InlineData("finland", 2028, 2030, "2025", null, "SCORED 0.00")] // not in the first full year
    [InlineData("finland", 2027, 2030, "2026-01-02", null, "SCORED 0.00")] // not made yet
    [InlineData("finland", 2027, 2030, "2025", "2026-01-01", "SCORED 0.00")] // given back
    [InlineData("finland", 2027, 2030, "2025", "2026-01-02", "SCORED 60.00")]
    public void Refining_is_reserved_partner_capacity_against_the_planned_100_t_of_2027(
        string facility, int fromYear, int toYear, string? made, string? released, string expected) =>
        Assert.Equal(expected, Subject(project =>
        {
            project.Outputs.Add(Write.Output("lithium", "100"));
            project.PlannedFirstProduction = Write.Date("2026-03");
        }).Facility("finland", "FI").Facility("texas", "US").Facility("china", "CN")
            .Reservation("r", "mine", facility, "lithium", "60", fromYear, toYear, made, released).Component("mine", HealthComponentKind.Refining).Line());

    [Theory]
    [InlineData("2026-01-01", 2026)]
    [InlineData("2026", 2026)]
    [InlineData("2026-01-02", 2027)]
    [InlineData("2026-12", 2027)]
    public void The_first_full_year_is_the_next_one_unless_production_begins_on_new_year_s_day(string planned, int year) =>
        Assert.Equal(year, Subject(project =>
        {
            project.Outputs.Add(Write.Output("lithium", "100"));
            project.PlannedFirstProduction = Write.Date(planned);
        }).Dossier("mine").RefiningCover.Single().Year);

    [Fact]
    public void Refining_scores_the_least_covered_mineral()
    {
        var world = Subject(project =>
        {
            project.Outputs.Add([Write.Output("lithium", "100"), Write.Output("lithium", "100"), Write.Output("cobalt", "10"), Write.Output("nickel", null), Write.Output("", "5")]);
            project.PlannedFirstProduction = Write.Date("2027");
        }).Facility("finland", "FI").Reservation("a", "mine", "finland", "lithium", "150", 2027, 2027).Reservation("b", "mine", "finland", "cobalt", "30", 2027, 2027);
        Assert.Equal("SCORED 75.00", world.Component("mine", HealthComponentKind.Refining).Line());
        Assert.Equal(
            "150 t of partner refining capacity reserved for 200 t of lithium planned in 2027, the least covered of 2 minerals.",
            world.Component("mine", HealthComponentKind.Refining).Reason);
    }

    [Theory]
    [InlineData("100", "2027", ProjectKind.Mining, ProjectKind.Recycling, "SCORED 0.00")]
    [InlineData("100", "2027", ProjectKind.Mining, ProjectKind.Refining, "NOT_APPLICABLE")]
    [InlineData("100", "2027", ProjectKind.Recycling, ProjectKind.Magnet, "NOT_APPLICABLE")]
    [InlineData(null, "2027", ProjectKind.Mining, ProjectKind.Magnet, "UNKNOWN")]
    [InlineData("100", null, ProjectKind.Mining, ProjectKind.Magnet, "UNKNOWN")]
    public void Refining_is_scored_for_mines_that_do_not_refine_themselves(string? tonnes, string? planned, ProjectKind one, ProjectKind other, string expected) =>
        Assert.Equal(expected, Subject(project =>
        {
            Kinds(project, one, other);
            project.Outputs.Add(Write.Output("lithium", tonnes));
            project.PlannedFirstProduction = Write.Date(planned);
        }).Component("mine", HealthComponentKind.Refining).Line());

    [Theory]
    [InlineData("50 EUR", "50 EUR", "0.00 EUR", "SCORED 100.00")]
    [InlineData("75 EUR", "25 EUR", "0.00 EUR", "SCORED 50.00")]
    [InlineData("40 EUR", "40 EUR", "20 EUR", "SCORED 60.00")]
    [InlineData("1 EUR", "99 EUR", "0.00 EUR", "SCORED 2.00")]
    [InlineData("1 EUR", "1 EUR", "98 EUR", "SCORED 0.00")]
    [InlineData("100 EUR", "0.00 EUR", "100 EUR", "NOT_APPLICABLE")] // not joint
    public void Balance_is_the_distance_between_committed_shares_and_targets(string eu, string us, string outside, string expected) =>
        Assert.Equal(expected, Subject(_ => { }).Commitment("a", "kfw", "mine", eu, signed: "2025").Commitment("b", "doe", "mine", us, signed: "2025")
            .Commitment("c", "jogmec", "mine", outside, signed: "2025").Component("mine", HealthComponentKind.Balance).Line());

    [Theory]
    [InlineData("2026-01-01", "SCORED 100.00")]
    [InlineData("2025-10-03", "SCORED 100.00")] // 90 days
    [InlineData("2025-10-02", "SCORED 99.64")] // 91
    [InlineData("2025-01-02", "SCORED 0.36")] // 364
    [InlineData("2025", "SCORED 0.00")] // 365
    [InlineData("2026-01-02", "UNKNOWN")]
    [InlineData(null, "UNKNOWN")]
    public void Freshness_falls_from_90_to_365_days_after_the_report(string? reported, string expected) =>
        Assert.Equal(expected, Subject(project => project.ReportDate = Write.Date(reported)).Component("mine", HealthComponentKind.Freshness).Line());

    [Fact]
    public void A_score_is_the_weighted_mean_of_the_scored_components()
    {
        // Funding 45 (30), schedule 100 (25), freshness 100 (5): 4 350 / 60. Permitting and refining are unknown, balance is not applicable.
        var world = Subject(project =>
        {
            (project.Stage, project.CapitalCost) = (Stage.Construction, Write.Money("100 EUR"));
            project.Milestones.Add(Write.Milestone("ore", "2028"));
            project.ReportDate = Write.Date("2026-01-01");
        }).Commitment("c", "kfw", "mine", "45 EUR", signed: "2025");
        var health = world.Health("mine");
        Assert.Equal(("72.50", HealthBand.Amber, 2), (health.Score.Value, health.Band, health.UnknownCount));
        Assert.Equal([30, 25, 15, 15, 10, 5], health.Components.Select(component => component.Weight));
        Assert.Equal(Enumerable.Range(1, 6), health.Components.Select(component => (int)component.Kind));
    }

    [Theory]
    [InlineData("75 EUR", "75.00", HealthBand.Green)]
    [InlineData("74.999 EUR", "75.00", HealthBand.Amber)] // judged before it is rounded
    [InlineData("50 EUR", "50.00", HealthBand.Amber)]
    [InlineData("49.99 EUR", "49.99", HealthBand.Red)]
    public void Bands_begin_at_75_and_50(string committed, string score, HealthBand band)
    {
        var kuwaiti = committed.Replace("EUR", "KWD", StringComparison.Ordinal);
        var health = World.Of("KWD").Investor("kfw", "DE").Project("mine", project =>
        {
            (project.Stage, project.CapitalCost) = (Stage.Construction, Write.Money("100 KWD"));
            Kinds(project, ProjectKind.Research);
        }).Commitment("c", "kfw", "mine", kuwaiti, signed: "2025").Health("mine");
        Assert.Equal((score, band), (health.Score.Value, health.Band));
    }

    [Fact]
    public void A_project_without_data_has_no_score_and_is_not_rated_good()
    {
        var health = Subject(_ => { }).Health("mine");
        Assert.Null(health.Score);
        Assert.Equal((HealthBand.Unknown, 5), (health.Band, health.UnknownCount));
    }

    [Theory]
    [InlineData(Stage.Cancelled)]
    [InlineData(Stage.Closed)]
    public void A_closed_or_cancelled_project_is_not_scored(Stage stage)
    {
        var world = Subject(project =>
        {
            project.StageHistory.Add([Write.Since(null, Stage.Construction), Write.Since("2025-06", stage)]);
            project.CapitalCost = Write.Money("100 EUR");
            project.ReportDate = Write.Date("2025-05");
            project.Permits.Add(Write.Permit("water", refused: "2025"));
        });
        var health = world.Health("mine");
        Assert.Equal((HealthBand.NotScored, 0, 0), (health.Band, health.UnknownCount, health.RedFlags.Count));
        Assert.Null(health.Score);
        Assert.All(health.Components, component => Assert.Equal("NOT_APPLICABLE", component.Line()));
        Assert.Equal(HealthBand.Red, world.Health("mine", "2025-05-31").Band);
    }

    [Theory]
    [InlineData(250_000, "2025", "2026-01-01", false)]
    [InlineData(250_001, "2025", "2026-01-01", true)]
    [InlineData(250_001, "2026-01-02", "2026-01-01", false)] // not announced yet
    public void Ownership_above_the_partnerships_limit_is_a_red_flag(int chinesePpm, string pledged, string asOf, bool isFlagged)
    {
        var world = World.Of().Partnership("eu-us", rule: new() { CoveredCountries = { "CN", "RU" }, LimitPpm = 250_000, Effect = OutsideOwnershipRule.Types.Effect.Mark })
            .Project("mine").Investor("fund", "LU", ("CN", chinesePpm)).Commitment("c", "fund", "mine", "1 EUR", pledged: pledged);
        Assert.Equal(
            isFlagged ? ["Owners in covered countries hold more than 25.0 % of FUND, which breaches the partnership's outside-ownership rule."] : [],
            world.Health("mine", asOf).RedFlags);
    }

    [Fact]
    public void Unknown_ownership_counts_as_the_investors_own_country_under_the_rule_too()
    {
        var world = World.Of().Partnership("eu-us", rule: new() { CoveredCountries = { "CN" }, LimitPpm = 250_000 })
            .Project("mine").Investor("state", "CN").Commitment("c", "state", "mine", "1 EUR");
        Assert.Single(world.Health("mine").RedFlags);
        Assert.Empty(world.Investor("state", "CN", ("DE", 800_000)).Health("mine").RedFlags);
    }

    private static void Kinds(Project project, params ProjectKind[] kinds)
    {
        project.Kinds.Clear();
        project.Kinds.Add(kinds);
    }
}
