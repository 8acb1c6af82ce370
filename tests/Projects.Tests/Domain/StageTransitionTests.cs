using Mining.Projects.Domain;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Projects.Tests.Domain;

// At stake: a project that stands in a stage it cannot have reached counts for the wrong part of its capital cost. The whole table is
// here: every stage to every other, so that what is not named is refused.
public sealed class StageTransitionTests
{
    private const string Path = "Exploration Scoping PreFeasibility Feasibility Permitting Financing Construction Commissioning Operating";

    [Theory]
    // from, every stage that may follow
    [InlineData(Stage.Unspecified, Path + " Suspended Cancelled Closed")]
    [InlineData(Stage.Exploration, Path + " Suspended Cancelled")]
    [InlineData(Stage.Scoping, Path + " Suspended Cancelled")]
    [InlineData(Stage.PreFeasibility, Path + " Suspended Cancelled")]
    [InlineData(Stage.Feasibility, Path + " Suspended Cancelled")]
    [InlineData(Stage.Permitting, Path + " Suspended Cancelled")]
    [InlineData(Stage.Financing, Path + " Suspended Cancelled")]
    [InlineData(Stage.Construction, Path + " Suspended Cancelled")]
    [InlineData(Stage.Commissioning, Path + " Suspended Cancelled")]
    [InlineData(Stage.Operating, Path + " Suspended Closed")] // what has operated is closed and not cancelled
    [InlineData(Stage.Cancelled, "")]
    [InlineData(Stage.Closed, "")]
    public void What_may_follow_a_stage(Stage from, string followers) => Assert.Equal(Others(from, followers), Allowed(from, Stage.Unspecified));

    [Theory]
    [InlineData(Stage.Construction, Path + " Cancelled Closed")]
    [InlineData(Stage.Unspecified, Path + " Cancelled Closed")]
    [InlineData(Stage.Operating, Path + " Closed")]
    public void A_suspended_project_goes_back_or_ends_as_it_could_have_before(Stage before, string followers) =>
        Assert.Equal(Others(Stage.Suspended, followers), Allowed(Stage.Suspended, before));

    [Fact]
    public void Nothing_follows_the_final_stages_and_something_every_other() => Assert.All(
        Enum.GetValues<Stage>(), stage => Assert.Equal(StageTransitions.IsFinal(stage), Allowed(stage, Stage.Unspecified).Count == 0));

    [Theory]
    [InlineData(Stage.Unspecified, "an unknown stage")]
    [InlineData(Stage.PreFeasibility, "pre-feasibility")]
    [InlineData(Stage.Operating, "operating")]
    public void A_stage_in_words(Stage stage, string words) => Assert.Equal(words, StageTransitions.Words(stage));

    private static List<Stage> Others(Stage from, string stages) =>
        [.. stages.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Stage>).Where(stage => stage != from).Order()];

    private static List<Stage> Allowed(Stage from, Stage before) =>
        [.. Enum.GetValues<Stage>().Where(to => StageTransitions.IsAllowed(from, to, before)).Order()];
}
