using Mining.Gateway.Tests.Building;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: the first figures that a board sees. The scores of five projects depend on funding alone, so that each figure can be checked by
// hand.
public class PipelineTests
{
    private static World Subject()
    {
        var world = World.Of().Rates("2024-01-01", ("USD", "1.25")).Investor("kfw", "DE").Investor("doe", "US");
        Add("good", Stage.Construction, "100 EUR", "90 EUR");
        Add("fair", Stage.Construction, "375 USD", "180 EUR");
        Add("poor", Stage.Construction, "1000 EUR", "10 EUR");
        Add("dark", Stage.Unspecified, null, "7 EUR");
        Add("over", Stage.Closed, "50 EUR", "20 EUR");
        return world.Project("held", project =>
        {
            Research(project);
            project.CapitalCost = Write.Money("10 EUR");
            project.StageHistory.Add([Write.Since("2024", Stage.Construction), Write.Since("2025", Stage.Suspended)]);
        }).Commitment("held", "kfw", "held", "30 EUR", signed: "2025");

        void Add(string id, Stage stage, string? cost, string committed) => world.Project(id, project =>
        {
            Research(project);
            (project.Stage, project.CapitalCost) = (stage, Write.Money(cost));
        }).Commitment(id, "kfw", id, committed, signed: "2025");
    }

    [Theory]
    [InlineData(PipelineOrder.Unspecified, "held poor fair good dark over")]
    [InlineData(PipelineOrder.FundingGap, "poor fair over good held dark")]
    [InlineData(PipelineOrder.CapitalCost, "poor fair good over held dark")]
    public void Projects_are_paged_in_the_requested_order(PipelineOrder order, string expected)
    {
        var world = Subject();
        var seen = new List<string>();
        var token = "";
        do
        {
            var answer = world.Pipeline(with: request => (request.OrderBy, request.PageSize, request.PageToken) = (order, 2, token));
            Assert.True(answer.Entries.Count <= 2);
            seen.AddRange(answer.Entries.Select(entry => entry.Project["projects/".Length..]));
            token = answer.NextPageToken;
        }
        while (token != "");
        Assert.Equal(expected, string.Join(" ", seen));
    }

    [Fact]
    public void An_entry_shows_cost_committed_money_and_gap_in_the_reporting_currency()
    {
        var entries = Subject().Pipeline().Entries.ToDictionary(entry => entry.DisplayName);
        Assert.Equal("300.00 EUR 180.00 EUR 120.00 EUR 60.00", Line(entries["FAIR"]));
        Assert.Equal("10.00 EUR 30.00 EUR 0.00 EUR 100.00", Line(entries["HELD"]));
        Assert.Equal(" 7.00 EUR  ", Line(entries["DARK"]));
        static string Line(PipelineEntry entry) =>
            $"{Write.Text(entry.CapitalCost)} {Write.Text(entry.Committed)} {Write.Text(entry.FundingGap)} {entry.Health.Score?.Value}";
    }

    [Fact]
    public void Pipeline_totals_exclude_ended_projects_and_unknown_values()
    {
        var summary = Subject().Summary();
        Assert.Equal(("1 410.00 EUR", 1, "1 120.00 EUR"), (Write.Text(summary.CapitalCost), summary.UnknownCapitalCostCount, Write.Text(summary.FundingGap)));

        // 90 × 100 + 60 × 300 + 1 × 1000 + 100 × 10, by 1 410.
        Assert.Equal(("20.57", 4), (summary.Health.Score.Value, summary.Health.WeighedProjectCount));
        Assert.Equal(new BandCounts { Green = 1, Amber = 1, Red = 2, Unknown = 1, NotScored = 1 }, summary.Health.Bands);
        Assert.Equal(["HELD", "POOR", "FAIR", "GOOD"], summary.Health.Worst.Select(entry => entry.DisplayName));
        Assert.Equal(summary.Funnel.Sum(stage => stage.ProjectCount), summary.ProjectCount);
    }

    [Fact]
    public void The_funnel_lists_stages_in_order_with_unknown_last()
    {
        var funnel = Subject().Summary().Funnel;
        Assert.Equal([Stage.Construction, Stage.Suspended, Stage.Closed, Stage.Unspecified], funnel.Select(stage => stage.Stage));
        Assert.Equal(["1 400.00 EUR", "10.00 EUR", "50.00 EUR", "0.00 EUR"], funnel.Select(stage => Write.Text(stage.CapitalCost)));
        Assert.Equal([0, 0, 0, 1], funnel.Select(stage => stage.UnknownCapitalCostCount));
        Assert.Equal(new BandCounts { Green = 1, Amber = 1, Red = 1 }, funnel[0].Bands);
        Assert.Equal([Stage.Construction, Stage.Closed, Stage.Unspecified], Subject().Summary("2024-06-01").Funnel.Select(stage => stage.Stage));
    }

    [Fact]
    public void Project_health_ignores_commitment_filters()
    {
        var world = Subject();
        var filter = new PortfolioFilter { Investors = { "investors/doe" } };
        Assert.Equal(world.Pipeline().Entries, world.Pipeline(with: request => request.Query.Filter = filter).Entries);
        var summary = world.Summary(query: query => query.Filter = filter);
        Assert.Equal(("1 120.00 EUR", "0.00 EUR"), (Write.Text(summary.FundingGap), Write.Text(summary.AllProjects[1].Total)));
    }

    [Fact]
    public void The_scoring_rules_are_published_and_configurable()
    {
        var rules = new Gateway.Health.HealthRules { GreenScore = 95 };
        rules.StageNeedsPpm[Stage.Construction] = 500_000;
        var world = new World { Rules = rules }.Partnership("eu-us").Investor("kfw", "DE").Project("mine", project =>
        {
            Research(project);
            (project.Stage, project.CapitalCost) = (Stage.Construction, Write.Money("100 EUR"));
        }).Commitment("c", "kfw", "mine", "45 EUR", signed: "2025");
        var answer = world.Pipeline();
        Assert.Equal(("90.00", HealthBand.Amber), (answer.Entries[0].Health.Score.Value, answer.Entries[0].Health.Band));
        Assert.Equal((95, 500_000), (answer.Rules.GreenScore, answer.Rules.StageNeeds.Single(need => need.Stage == Stage.Construction).NeededPartPpm));
        Assert.Equal([30, 25, 15, 15, 10, 5], answer.Rules.Weights.Select(weight => weight.Weight));
        Assert.Equal([20_000, 30_000, 50_000, 100_000, 150_000, 600_000], Subject().Pipeline().Rules.StageNeeds.Take(6).Select(need => need.NeededPartPpm));
    }

    private static void Research(Project project)
    {
        project.Kinds.Clear();
        project.Kinds.Add(ProjectKind.Research);
    }
}
