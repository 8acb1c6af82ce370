using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: money attributed to several sides must add up to the same money. One small portfolio, grouped in every way.
public class CoInvestmentsTests
{
    private static World Subject() => World.Of().Rates("2024-01-01", ("USD", "1.25"))
        .Investor("kfw", "DE").Investor("doe", "US")
        .Project("mine", project => (project.Stage, project.Country) = (Stage.Construction, "FI"))
        .Project("plant", project =>
        {
            project.Country = "US";
            project.Kinds.Add(ProjectKind.Refining);
            project.Minerals.Add("cobalt");
        })
        .Project("lab", project =>
        {
            project.Kinds.Clear();
            project.Kinds.Add(ProjectKind.Research);
            project.Minerals.Clear();
        })
        .Commitment("a", "kfw", "mine", "100 EUR", pledged: "2024-05", signed: "2025")
        .Commitment("b", "doe", "mine", "50 USD", pledged: "2025", signed: "2025", instrument: Instrument.Grant)
        .Commitment("c", "doe", "plant", "30 EUR", signed: "2025", instrument: Instrument.Loan)
        .Commitment("d", "kfw", "lab", "5 EUR", pledged: "2025", signed: "2025", instrument: Instrument.Grant)
        .Undisclosed("e", "kfw", "plant", signed: "2025", instrument: Instrument.Loan)
        .Commitment("f", "doe", "plant", "1000 EUR", signed: "2025", instrument: Instrument.Offtake)
        .Commitment("g", "doe", "lab", "1000 EUR", signed: "2025", basis: CountingBasis.Overlap);

    [Theory]
    [InlineData(CoInvestmentGrouping.Unspecified, "projects/lab LAB 5.00 EUR of 1 | projects/mine MINE 140.00 EUR of 2 | projects/plant PLANT 30.00 EUR of 2, 1 undisclosed")]
    [InlineData(CoInvestmentGrouping.Country, "FI Finland 145.00 EUR of 3 | US United States 30.00 EUR of 2, 1 undisclosed")]
    [InlineData(CoInvestmentGrouping.Stage, "STAGE_CONSTRUCTION Construction 140.00 EUR of 2 | unknown Unknown 35.00 EUR of 3, 1 undisclosed")]
    [InlineData(CoInvestmentGrouping.Instrument,
        "INSTRUMENT_EQUITY Equity 100.00 EUR of 1 | INSTRUMENT_GRANT Grant 45.00 EUR of 2 | INSTRUMENT_LOAN Loan 30.00 EUR of 2, 1 undisclosed")]
    [InlineData(CoInvestmentGrouping.Investor, "investors/doe DOE 70.00 EUR of 2 | investors/kfw KFW 105.00 EUR of 3, 1 undisclosed")]
    [InlineData(CoInvestmentGrouping.Year, "2024 2024 100.00 EUR of 1 | 2025 2025 45.00 EUR of 2 | undated Undated 30.00 EUR of 2, 1 undisclosed")]
    public void A_partition_has_each_commitment_in_one_row_and_a_total(CoInvestmentGrouping grouping, string expected)
    {
        var answer = Subject().CoInvestments(grouping);
        Assert.Equal(expected, Rows(answer));
        Assert.False(answer.Overlapping);
        Assert.Equal("175.00 EUR of 5, 1 undisclosed", answer.Total.Counted());
        Assert.Equal(3, answer.Total.ProjectCount);
    }

    [Theory]
    [InlineData(CoInvestmentGrouping.Mineral,
        "cobalt Cobalt 30.00 EUR of 2, 1 undisclosed | lithium Lithium 170.00 EUR of 4, 1 undisclosed | unknown Unknown 5.00 EUR of 1")]
    [InlineData(CoInvestmentGrouping.Kind,
        "PROJECT_KIND_MINING Mining 170.00 EUR of 4, 1 undisclosed | PROJECT_KIND_REFINING Refining 30.00 EUR of 2, 1 undisclosed | PROJECT_KIND_RESEARCH Research 5.00 EUR of 1")]
    public void Grouped_by_mineral_or_kind_a_project_counts_fully_in_each_row_and_there_is_no_total(CoInvestmentGrouping grouping, string expected)
    {
        var answer = Subject().CoInvestments(grouping);
        Assert.Equal(expected, Rows(answer));
        Assert.True(answer.Overlapping);
        Assert.Null(answer.Total);
    }

    [Fact]
    public void A_group_in_which_nothing_counts_for_the_measure_has_no_row() => Assert.Equal(
        "projects/mine MINE 100.00 EUR of 1", Rows(Subject().CoInvestments(CoInvestmentGrouping.Project, Measure.Pledged, "2024-06-01", Only("mine"))));

    [Fact]
    public void A_filter_for_joint_projects_returns_only_those() => Assert.Equal(
        "projects/mine MINE 140.00 EUR of 2", Rows(Subject().CoInvestments(CoInvestmentGrouping.Project, with: request => request.JointOnly = true)));

    [Fact]
    public void A_row_counts_each_of_its_projects_once()
    {
        var rows = Subject().CoInvestments(CoInvestmentGrouping.Investor).Rows;
        Assert.Equal([2, 3], rows.Select(row => row.Figures.ProjectCount));
    }

    [Theory]
    [InlineData(CoInvestmentOrder.Key, "projects/lab projects/mine projects/plant")]
    [InlineData(CoInvestmentOrder.Total, "projects/mine projects/plant projects/lab")]
    public void Paging_returns_each_row_once_and_in_order(CoInvestmentOrder order, string expected)
    {
        var world = Subject();
        var seen = new List<string>();
        var token = "";
        do
        {
            var answer = world.CoInvestments(CoInvestmentGrouping.Project, with: request => (request.OrderBy, request.PageSize, request.PageToken) = (order, 1, token));
            seen.AddRange(answer.Rows.Select(row => row.Key));
            token = answer.NextPageToken;
        }
        while (token != "");
        Assert.Equal(expected, string.Join(" ", seen));
    }

    [Fact]
    public void A_token_of_another_query_is_refused()
    {
        var world = Subject();
        var token = world.CoInvestments(CoInvestmentGrouping.Project, with: request => request.PageSize = 1).NextPageToken;
        var refused = Assert.Throws<RefusedException>(() => world.CoInvestments(CoInvestmentGrouping.Mineral, with: request => request.PageToken = token));
        Assert.Equal("page_token", Assert.Single(refused.Refusal.Fields).Field);
    }

    [Theory]
    [InlineData("projects", "projects/lab 5.00 EUR of 1")]
    [InlineData("countries", "projects/plant 30.00 EUR of 2, 1 undisclosed")]
    [InlineData("stages", "projects/mine 140.00 EUR of 2")]
    [InlineData("stage unknown", "projects/lab 5.00 EUR of 1 | projects/plant 30.00 EUR of 2, 1 undisclosed")]
    [InlineData("minerals", "projects/plant 30.00 EUR of 2, 1 undisclosed")]
    [InlineData("kinds", "projects/lab 5.00 EUR of 1 | projects/plant 30.00 EUR of 2, 1 undisclosed")]
    [InlineData("instruments", "projects/lab 5.00 EUR of 1 | projects/mine 40.00 EUR of 1")]
    [InlineData("investors", "projects/mine 40.00 EUR of 1 | projects/plant 30.00 EUR of 1")]
    [InlineData("investors and instruments", "projects/mine 40.00 EUR of 1")]
    [InlineData("nothing that is there", "")]
    public void A_filter_picks_projects_and_commitments(string condition, string expected)
    {
        var filter = condition switch
        {
            "projects" => new PortfolioFilter { Projects = { "projects/lab" } },
            "countries" => new PortfolioFilter { Countries = { "US", "DE" } },
            "stages" => new PortfolioFilter { Stages = { Stage.Construction } },
            "stage unknown" => new PortfolioFilter { Stages = { Stage.Unspecified } },
            "minerals" => new PortfolioFilter { Minerals = { "cobalt", "nickel" } },
            "kinds" => new PortfolioFilter { Kinds = { ProjectKind.Research, ProjectKind.Refining } },
            "instruments" => new PortfolioFilter { Instruments = { Instrument.Grant } },
            "investors" => new PortfolioFilter { Investors = { "investors/doe" } },
            "investors and instruments" => new PortfolioFilter { Investors = { "investors/doe" }, Instruments = { Instrument.Grant } },
            _ => new PortfolioFilter { Projects = { "projects/nowhere" }, Investors = { "investors/nobody" } },
        };
        var world = Subject();
        var answer = world.CoInvestments(CoInvestmentGrouping.Project, with: request => request.Query.Filter = filter);
        Assert.Equal(expected, string.Join(" | ", answer.Rows.Select(row => $"{row.Key} {row.Figures.Counted()}")));
        foreach (var grouping in (CoInvestmentGrouping[])[CoInvestmentGrouping.Investor, CoInvestmentGrouping.Year, CoInvestmentGrouping.Instrument])
        {
            var other = world.CoInvestments(grouping, with: request => request.Query.Filter = filter);
            Assert.Equal(answer.Total, other.Total);
            Assert.Equal(answer.Total.CommitmentCount, other.Rows.Sum(row => row.Figures.CommitmentCount));
        }

        Assert.Equal(answer.Total, world.Shares(query: query => query.Filter = filter));
    }

    private static string Rows(ListCoInvestmentsResponse answer) =>
        string.Join(" | ", answer.Rows.Select(row => $"{row.Key} {row.DisplayName} {row.Figures.Counted()}"));

    private static Action<ListCoInvestmentsRequest> Only(string project) =>
        request => request.Query.Filter = new PortfolioFilter { Projects = { $"projects/{project}" } };
}
