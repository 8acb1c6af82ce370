using Mining.Platform.Errors;
using Mining.Primitives.Numbers;
using Mining.Projects.Domain;
using Mining.Projects.V1;
using Xunit;
using Project = Mining.Projects.Domain.Project;

namespace Mining.Projects.Tests.Domain;

// At stake: at a past date a project must be shown as it was then, and its baselines must never change; every health figure depends on
// both. Dates are texts, so that the tables can be checked by eye.
public sealed class ProjectTests
{
    private static readonly Project New = new("projects/mine", [], [], null, []);

    [Fact]
    public void A_project_without_history_has_an_unknown_stage_and_cost()
    {
        Assert.Equal(Stage.Unspecified, New.Stage);
        Assert.Null(New.CapitalCost);
    }

    [Fact]
    public void The_current_stage_is_the_last_one_and_the_history_is_kept()
    {
        var project = New.ChangeStage(Stage.Financing, Date("2025"), "bank found").OrThrow().ChangeStage(Stage.Construction, Date("2026"), "ground broken").OrThrow();
        Assert.Equal(Stage.Construction, project.Stage);
        Assert.Equal(
            [new StageEntry(Stage.Financing, Date("2025"), "bank found"), new StageEntry(Stage.Construction, Date("2026"), "ground broken")], project.Stages);
    }

    [Fact]
    public void A_forbidden_stage_change_is_refused_with_a_message()
    {
        var refusal = New.ChangeStage(Stage.PreFeasibility, Date("2025"), "").OrThrow().ChangeStage(Stage.Closed, Date("2026"), "").Refusal;
        Assert.Equal("STAGE_TRANSITION_NOT_ALLOWED", refusal?.Reason);
        Assert.Equal("A project cannot go from pre-feasibility to closed.", refusal?.Message);
    }

    [Fact]
    public void A_project_suspended_during_operation_can_be_closed_but_not_cancelled()
    {
        var suspended = New.ChangeStage(Stage.Operating, Date("2025"), "").OrThrow().ChangeStage(Stage.Suspended, Date("2026"), "").OrThrow();
        Assert.Equal("STAGE_TRANSITION_NOT_ALLOWED", suspended.ChangeStage(Stage.Cancelled, Date("2027"), "").Refusal?.Reason);
        Assert.Equal(Stage.Closed, suspended.ChangeStage(Stage.Closed, Date("2027"), "").OrThrow().Stage);
    }

    [Fact]
    public void A_project_suspended_without_an_earlier_stage_can_be_cancelled() => Assert.Equal(
        Stage.Cancelled, New.ChangeStage(Stage.Suspended, Date("2025"), "").OrThrow().ChangeStage(Stage.Cancelled, Date("2026"), "").OrThrow().Stage);

    [Theory]
    // latest change, next change, whether the next one is too early
    [InlineData("2025-05-04", "2025-05-03", true)]
    [InlineData("2025-05-04", "2025-05-04", false)]
    [InlineData("2025-05-04", "2025-04", true)]
    [InlineData("2025-05-04", "2025-05", false)] // some day in May: it may be later
    [InlineData("2025-05", "2025-04-30", true)]
    [InlineData("2025-05", "2025-05-01", false)]
    [InlineData("2025", "2024-12-31", true)]
    [InlineData(null, "2000", false)] // an undated change applies at every date
    public void A_date_entirely_before_the_latest_change_is_refused(string? latest, string next, bool isTooEarly)
    {
        var since = latest is null ? (PartialDate?)null : Date(latest);
        var staged = New with { Stages = [new StageEntry(Stage.Scoping, since, "")] };
        var costed = New with { Costs = [new CostEntry(Euros(1), since)] };
        foreach (var refusal in (Refusal?[])[staged.ChangeStage(Stage.Feasibility, Date(next), "").Refusal, costed.Estimate(Euros(2), Date(next)).Refusal])
        {
            Assert.Equal(isTooEarly ? "EFFECTIVE_DATE_TOO_EARLY" : null, refusal?.Reason);
            Assert.Equal(isTooEarly ? $"{next} is before the latest change, which is effective from {latest}." : null, refusal?.Message);
        }
    }

    [Fact]
    public void The_cost_is_unknown_before_the_first_estimate()
    {
        var project = New.Estimate(Euros(500), Date("2025")).OrThrow().Estimate(Euros(900), Date("2026")).OrThrow();
        Assert.Equal(Euros(900), project.CapitalCost);
        Assert.Equal([new CostEntry(null, null), new CostEntry(Euros(500), Date("2025")), new CostEntry(Euros(900), Date("2026"))], project.Costs);
    }

    [Fact]
    public void A_repeated_estimate_changes_nothing_at_any_date()
    {
        var project = New.Estimate(Euros(500), Date("2025")).OrThrow();
        Assert.Same(project, project.Estimate(Euros(500), Date("2024")).OrThrow());
        Assert.Same(New, New.Estimate(null, Date("2024")).OrThrow());
    }

    [Fact]
    public void The_baseline_of_first_production_is_set_once()
    {
        var baselineDate = New.SetBaseline(null).OrThrow().SetBaseline(Date("2028")).OrThrow();
        Assert.Equal(Date("2028"), baselineDate.BaselineFirstProduction);
        Assert.Same(baselineDate, baselineDate.SetBaseline(null).OrThrow());
        Assert.Equal(Date("2028"), baselineDate.SetBaseline(Date("2028")).OrThrow().BaselineFirstProduction);
        var refusal = baselineDate.SetBaseline(Date("2029")).Refusal;
        Assert.Equal("BASELINE_IS_FIXED", refusal?.Reason);
        Assert.Equal("The baseline of first production is 2028 and cannot be changed.", refusal?.Message);
    }

    [Fact]
    public void Milestones_are_ordered_by_baseline_and_then_by_id()
    {
        var project = Record(Record(Record(Record(New, "c", "2026"), "b", "2027"), "a", "2027"), "d", "2025");
        Assert.Equal(["d", "c", "a", "b"], project.Milestones.Select(milestone => milestone.Id));
    }

    [Fact]
    public void Recording_a_milestone_again_replaces_it_and_keeps_its_baseline()
    {
        var project = Record(Record(New, "ore", "2027"), "mill", "2028");
        var reached = project.Record(new MilestoneEntry("ore", "First ore", Date("2027"), null, Date("2027-06"))).OrThrow();
        Assert.Equal([Date("2027-06"), null], reached.Milestones.Select(milestone => milestone.Actual));

        var refusal = project.Record(new MilestoneEntry("ore", "First ore", Date("2028"), null, null)).Refusal;
        Assert.Equal("BASELINE_IS_FIXED", refusal?.Reason);
        Assert.Equal("The baseline of ore is 2027 and cannot be changed.", refusal?.Message);
        Assert.Equal("projects/mine, milestone ore", refusal?.Preconditions[0].Subject);
    }

    [Fact]
    public void A_project_has_at_most_two_hundred_milestones_which_can_still_change()
    {
        var full = Enumerable.Range(0, Project.MaxMilestones).Aggregate(New, (project, number) => Record(project, $"m{number:000}", "2027"));
        var refusal = full.Record(new MilestoneEntry("one-more", "", Date("2027"), null, null)).Refusal;
        Assert.Equal("TOO_MANY_MILESTONES", refusal?.Reason);
        Assert.Equal("A project has at most 200 milestones.", refusal?.Message);
        Assert.Equal(200, Record(full, "m007", "2027").Milestones.Count);
    }

    private static Project Record(Project project, string id, string baseline) =>
        project.Record(new MilestoneEntry(id, id, Date(baseline), null, null)).OrThrow();

    private static Amount Euros(long units) => new(units * 100, "EUR");

    private static PartialDate Date(string text) =>
        PartialDate.TryParse(text, out var date, out var problem) ? date : throw new ArgumentException(problem, nameof(text));
}
