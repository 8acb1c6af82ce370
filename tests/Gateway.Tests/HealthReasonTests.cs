using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: a board asks why. The reason beside a score must state exactly what the score is based on. All at 2026-01-01.
public sealed class HealthReasonTests
{
    private static World Subject(Action<Project>? with = null) => World.Of().Investor("kfw", "DE").Investor("doe", "US").Project("mine", with);

    [Theory]
    [InlineData(Stage.Unspecified, null, "The stage and the capital cost are unknown.")]
    [InlineData(Stage.Unspecified, "100 EUR", "The stage is unknown.")]
    [InlineData(Stage.Construction, null, "The capital cost is unknown.")]
    [InlineData(Stage.Financing, "2000 EUR", "0 EUR committed of 1 200 EUR needed at stage financing: 60.0 % of the capital cost of 2 000 EUR.")]
    public void Funding(Stage stage, string? cost, string reason) =>
        Assert.Equal(reason, Reason(Subject(project => (project.Stage, project.CapitalCost) = (stage, Write.Money(cost))), HealthComponentKind.Funding));

    [Theory]
    [InlineData("2025", "2027", "Milestone “ore”: baseline 2025, expected 2027. Slip: 24.0 months; 24 months or more score 0.")]
    [InlineData("2025", null, "Milestone “ore”: baseline 2025, overdue (expected 2025). Slip: 12.0 months; 24 months or more score 0.")]
    [InlineData("2026", null, "Milestone “ore”: baseline 2026, expected 2026. Slip: 0.0 months; 24 months or more score 0.")]
    public void Schedule(string baseline, string? forecast, string reason) => Assert.Equal(
        reason, Reason(Subject(project => project.Milestones.Add([Write.Milestone("plant", baseline), Write.Milestone("ore", baseline, forecast)])), HealthComponentKind.Schedule));

    [Fact]
    public void A_research_programme_that_also_mines_needs_a_first_production_date() => Assert.Equal(
        "Neither an open milestone nor the date of first production is known.",
        Reason(Subject(project => project.Kinds.Add(ProjectKind.Research)), HealthComponentKind.Schedule));

    [Fact]
    public void The_worst_permit_has_used_most_of_its_allowed_time()
    {
        // 12 of 60 months against 12 of 24.
        var component = Subject(project => project.Permits.Add(
            [Write.Permit("water", "2025-01-01", limitMonths: 60), Write.Permit("road", "2025-01-01", limitMonths: 24)])).Component("mine", HealthComponentKind.Permitting);
        Assert.Equal("Permit “road” has been open for 12.0 months of the 24 allowed by law.", component.Reason);
    }

    [Fact]
    public void Mining_needs_permits_even_in_a_research_programme() => Assert.Equal(
        "No permit is recorded.", Reason(Subject(project => project.Kinds.Add(ProjectKind.Research)), HealthComponentKind.Permitting));

    [Theory]
    [InlineData("", "The planned output in tonnes of a mineral is unknown.")]
    [InlineData("lithium 100", "The date of first production is unknown.")]
    [InlineData("lithium 100, from 2027", "50 t of partner refining capacity reserved for 100 t of lithium planned in 2028.")]
    [InlineData("lithium 100, lead 10, from 2027", "0 t of partner refining capacity reserved for 10 t of lead planned in 2028, the least covered of 2 minerals.")]
    public void Refining(string plan, string reason) => Assert.Equal(
        reason,
        Reason(
            Subject(project =>
            {
                foreach (var words in plan.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(' ')))
                {
                    if (words[0] == "from")
                        project.PlannedFirstProduction = Write.Date($"{words[1]}-06");
                    else
                        project.Outputs.Add(Write.Output(words[0], words[1]));
                }
            }).Facility("plant", "DE").Reservation("r", "mine", "plant", "lithium", "50", 2027, 2030, made: "2025"),
            HealthComponentKind.Refining));

    [Fact]
    public void Balance() => Assert.Equal(
        "Committed shares: EU 75.0 % (target 50.0 %), OUTSIDE 0.0 %, US 25.0 % (target 50.0 %); 25.0 % of the money would have to move to meet the targets.",
        Reason(
            Subject().Commitment("a", "kfw", "mine", "75 EUR", signed: "2025").Commitment("b", "doe", "mine", "25 EUR", signed: "2025"), HealthComponentKind.Balance));

    [Theory]
    [InlineData(null, "The date of the latest report is unknown.")]
    [InlineData("2025-12-31", "The latest report is dated 2025-12-31, 1 day before 2026-01-01.")]
    [InlineData("2025-12", "The latest report is dated 2025-12, 31 days before 2026-01-01.")]
    [InlineData("2026-01-02", "The latest report is dated 2026-01-02, after 2026-01-01, so the report at that date is unknown.")]
    public void Freshness(string? report, string reason) =>
        Assert.Equal(reason, Reason(Subject(project => project.ReportDate = Write.Date(report)), HealthComponentKind.Freshness));

    private static string Reason(World world, HealthComponentKind kind) => world.Component("mine", kind).Reason;
}
