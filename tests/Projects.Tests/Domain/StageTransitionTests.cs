using Mining.Projects.Domain;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Projects.Tests.Domain;

// At stake: a project in a stage that it cannot have reached counts for the wrong part of its capital cost. The table is complete: every
// stage to every other, and everything not listed is refused.
public sealed class StageTransitionTests
{
    private const string Path = "Exploration Scoping PreFeasibility Feasibility Permitting Financing Construction Commissioning Operating";

    [Theory]
    // from, every allowed next stage
    [InlineData(Stage.Unspecified, Path + " Suspended Cancelled Closed")]
    [InlineData(Stage.Exploration, Path + " Suspended Cancelled")]
    [InlineData(Stage.Scoping, Path + " Suspended Cancelled")]
    [InlineData(Stage.PreFeasibility, Path + " Suspended Cancelled")]
    [InlineData(Stage.Feasibility, Path + " Suspended Cancelled")]
    [InlineData(Stage.Permitting, Path + " Suspended Cancelled")]
    [InlineData(Stage.Financing, Path + " Suspended Cancelled")]
    [InlineData(Stage.Construction, Path + " Suspended Cancelled")]
    [InlineData(Stage.Commissioning, Path + " Suspended Cancelled")]
    [InlineData(Stage.Operating, Path + " Suspended Closed")] // a project that has operated is closed, not cancelled
    [InlineData(Stage.Cancelled, "")]
    [InlineData(Stage.Closed, "")]
    public void Allowed_stage_transitions(Stage from, string followers) => Assert.Equal(Others(from, followers), Allowed(from, Stage.Unspecified));

    [Theory]
    [InlineData(Stage.Construction, Path + " Cancelled Closed")]
    [InlineData(Stage.Unspecified, Path + " Cancelled Closed")]
    [InlineData(Stage.Operating, Path + " Closed")]
    public void A_suspended_project_resumes_or_ends_as_its_earlier_stage_allows(Stage before, string followers) =>
        Assert.Equal(Others(Stage.Suspended, followers), Allowed(Stage.Suspended, before));

    /// <summary>
    /// Financing, construction and cancellation; what would skip them; and closing a project that has never operated, which cancels it.
    /// </summary>
    [Theory]
    [InlineData(Stage.Unspecified, Stage.Unspecified, "Financing Construction Commissioning Operating Cancelled Closed")]
    [InlineData(Stage.Exploration, Stage.Unspecified, "Financing Construction Commissioning Operating Cancelled")]
    [InlineData(Stage.Permitting, Stage.Unspecified, "Financing Construction Commissioning Operating Cancelled")]
    [InlineData(Stage.Financing, Stage.Unspecified, "Construction Commissioning Operating Cancelled")]
    [InlineData(Stage.Construction, Stage.Unspecified, "Financing Cancelled")]
    [InlineData(Stage.Commissioning, Stage.Unspecified, "Financing Construction Cancelled")]
    [InlineData(Stage.Operating, Stage.Unspecified, "Financing Construction")]
    [InlineData(Stage.Suspended, Stage.Permitting, "Financing Construction Commissioning Operating Cancelled Closed")]
    [InlineData(Stage.Suspended, Stage.Construction, "Financing Construction Cancelled Closed")]
    [InlineData(Stage.Suspended, Stage.Operating, "Financing Construction")]
    public void Stage_changes_of_a_joint_project_that_need_all_sides(Stage from, Stage before, string stages) => Assert.Equal(
        Others(from, stages), Allowed(from, before).Where(to => StageTransitions.NeedsAllParties(from, to, before)));

    [Fact]
    public void Only_final_stages_have_no_successor() => Assert.All(
        Enum.GetValues<Stage>(), stage => Assert.Equal(StageTransitions.IsFinal(stage), Allowed(stage, Stage.Unspecified).Count == 0));

    [Theory]
    [InlineData(Stage.Unspecified, "an unknown stage")]
    [InlineData(Stage.PreFeasibility, "pre-feasibility")]
    [InlineData(Stage.Operating, "operating")]
    public void A_stage_has_a_display_text(Stage stage, string words) => Assert.Equal(words, StageTransitions.DisplayText(stage));

    private static List<Stage> Others(Stage from, string stages) =>
        [.. stages.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Stage>).Where(stage => stage != from).Order()];

    private static List<Stage> Allowed(Stage from, Stage before) =>
        [.. Enum.GetValues<Stage>().Where(to => StageTransitions.IsAllowed(from, to, before)).Order()];
}
