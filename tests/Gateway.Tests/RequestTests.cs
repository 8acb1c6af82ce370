using CsCheck;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: a caller learns at once about everything wrong with a request, and no request, however odd, makes the gateway fail.
public class RequestTests
{
    [Fact]
    public void All_violations_are_named_together()
    {
        var world = World.Of();
        var refused = Assert.Throws<RefusedException>(() => world.CoInvestments((CoInvestmentGrouping)99, (Measure)98, with: request =>
        {
            (request.OrderBy, request.PageSize, request.PageToken) = ((CoInvestmentOrder)97, -1, "no token");
            request.Query = new PortfolioQuery
            {
                Partnership = "partnership/EU",
                AsOf = new() { Year = 2025 },
                RateDate = new() { Year = 2025, Month = 2, Day = 30 },
                ReportingCurrency = "EURO",
                Filter = new PortfolioFilter
                {
                    Projects = { "projects/ok", "mine" },
                    Countries = { "XX" },
                    Stages = { Stage.Unspecified, (Stage)77 },
                    Minerals = { "litium" },
                    Kinds = { ProjectKind.Unspecified },
                    Instruments = { Instrument.Unspecified },
                    Investors = { "investors/UPPER" },
                },
            };
        })).Refusal;
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Equal(
            [
                "group_by", "measure", "order_by", "page_size", "page_token", "query.as_of", "query.filter.countries[0]", "query.filter.instruments[0]",
                "query.filter.investors[0]", "query.filter.kinds[0]", "query.filter.minerals[0]", "query.filter.projects[1]", "query.filter.stages[1]",
                "query.partnership", "query.rate_date", "query.reporting_currency",
            ],
            refused.Fields.Select(field => field.Field).Order(StringComparer.Ordinal));
        Assert.Contains("lithium", refused.Fields.Single(field => field.Field.Contains("minerals", StringComparison.Ordinal)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_has_at_most_a_thousand_values()
    {
        var filter = new PortfolioFilter { Projects = { Enumerable.Range(0, 1_001).Select(number => $"projects/p{number}") } };
        Assert.Equal("query.filter.projects", Assert.Single(Refused(query => query.Filter = filter).Fields).Field);
        filter.Projects.RemoveAt(0);
        Assert.Equal(0, World.Of().Summary(query: query => query.Filter = filter).ProjectCount);
    }

    [Fact]
    public void A_dossier_takes_no_filter()
    {
        var refused = Assert.Throws<RefusedException>(() => World.Of().Dossier("Mine", with: request => request.Query.Filter = new() { Countries = { "FI" } }));
        Assert.Equal(["name", "query.filter"], refused.Refusal.Fields.Select(field => field.Field));
        World.Of().Project("mine").Dossier("mine", with: request => request.Query.Filter = new());
    }

    [Fact]
    public void Without_a_partnership_the_gateway_is_not_ready_to_answer()
    {
        var refused = Assert.Throws<RefusedException>(() => new World().Project("mine").Summary()).Refusal;
        Assert.Equal((StatusCode.Unavailable, "NO_DATA_YET"), (refused.Code, refused.Reason));
        Assert.False(PortfolioSnapshot.Empty.HasData);
    }

    [Fact]
    public void A_single_partnership_is_the_default_and_several_require_a_choice()
    {
        var world = World.Of();
        Assert.Equal("partnerships/eu-us", world.Summary().Partnership);
        Assert.Equal(StatusCode.NotFound, Refused(query => query.Partnership = "partnerships/moon").Code);
        world.Partnership("another", "USD");
        var refused = Assert.Throws<RefusedException>(() => world.Summary()).Refusal;
        Assert.Contains("partnerships/another, partnerships/eu-us", Assert.Single(refused.Fields).Description, StringComparison.Ordinal);
        Assert.Equal("USD", world.Summary(query: query => query.Partnership = "partnerships/another").ReportingCurrency);
    }

    [Fact]
    public void Two_partnerships_attribute_the_same_money_to_their_own_sides()
    {
        var world = World.Of().Partnership("north", sides: [Write.Side("DE", 700_000, "DE"), Write.Side("FI", 300_000, "FI")])
            .Investor("kfw", "DE").Investor("doe", "US").Project("mine").Commitment("a", "kfw", "mine", "1 EUR", signed: "2025").Commitment("b", "doe", "mine", "2 EUR", signed: "2025");
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal("EU 1.00 EUR, OUTSIDE 0.00 EUR, US 2.00 EUR", world.Shares(query: query => query.Partnership = "partnerships/eu-us").Amounts());
            Assert.Equal("DE 1.00 EUR, FI 0.00 EUR, OUTSIDE 2.00 EUR", world.Shares(query: query => query.Partnership = "partnerships/north").Amounts());
        }
    }

    [Fact]
    public void A_summary_reports_its_freshness()
    {
        var snapshot = World.Of().Project("mine").Snapshot();
        var feature = new GetPortfolioSummary(new());
        var first = feature.Answer(snapshot, new(), World.Reader, World.Today, [new SourceFreshness { Source = "projects", AppliedSequence = 1 }]);
        var second = feature.Answer(snapshot, new(), World.Reader, World.Today, [new SourceFreshness { Source = "projects", AppliedSequence = 2 }]);
        Assert.Equal((1L, 2L), (Assert.Single(first.Freshness).AppliedSequence, Assert.Single(second.Freshness).AppliedSequence));
        Assert.Single(first.Freshness);
    }

    [Fact]
    public void Changing_an_answer_does_not_change_the_next_one()
    {
        var world = World.Of().Project("mine");
        world.Summary().AllProjects.Clear();
        world.Dossier("mine").Revisions[0].Actor = "somebody else";
        Assert.Equal(3, world.Summary().AllProjects.Count);
        Assert.Equal("tester", world.Dossier("mine").Revisions[0].Actor);
    }

    [Fact]
    public void Any_request_is_answered_or_refused_never_an_internal_error()
    {
        var snapshot = World.Of().Investor("kfw", "DE").Project("mine", project => project.CapitalCost = Write.Money("5 SEK"))
            .Commitment("c", "kfw", "mine", "1 USD", signed: "2025").Rates("2025-01-01", ("USD", "1.1"), ("SEK", "11")).Snapshot();
        var tokens = new PageTokens([]);
        Gen.Select(Queries, Gen.Int[-1, 12], Gen.String).Sample(
            (query, number, text) =>
            {
                Answered(() => new GetPortfolioSummary(new()).Answer(snapshot, new() { Query = query }, World.Reader, World.Today, []));
                Answered(() => new ListCoInvestments(tokens).Answer(
                    snapshot,
                    new() { Query = query, GroupBy = (CoInvestmentGrouping)number, Measure = (Measure)(number % 5), OrderBy = (CoInvestmentOrder)(number % 4), PageSize = number, PageToken = number % 2 == 0 ? "" : text },
                    World.Reader, World.Today, []));
                Answered(() => new ListPipeline(new(), tokens).Answer(
                    snapshot, new() { Query = query, OrderBy = (PipelineOrder)number, PageSize = number * 1_000_000, PageToken = number % 2 == 0 ? "" : text }, World.Reader, World.Today, []));
                Answered(() => new GetProjectDossier(new()).Answer(snapshot, new() { Name = number % 2 == 0 ? "projects/mine" : text, Query = query }, World.Reader, World.Today, []));
            },
            iter: 2_000);
    }

    [Fact]
    public void A_page_token_with_an_invalid_position_is_refused()
    {
        var world = World.Of().Project("mine");
        var tokens = new PageTokens([]);
        var request = new ListPipelineRequest { Query = new() };
        foreach (var position in (string[][])[[], ["0"], ["0", "1", "2", "3"], ["x", "1", "name"], ["0", "1e400", "name"], ["-1", "1", "name"]])
        {
            request.PageToken = tokens.Write(request, World.Reader, position);
            if (position.Length > 0)
                Assert.Equal("page_token", Assert.Single(Assert.Throws<RefusedException>(() => new ListPipeline(new(), tokens).Answer(world.Snapshot(), request, World.Reader, World.Today, [])).Refusal.Fields).Field);
        }
    }

    [Theory]
    [InlineData("GreenScore", "40")]
    [InlineData("StaleDays", "90")]
    [InlineData("SlipLimitMonths", "0")]
    [InlineData("Weights:Funding", "-1")]
    [InlineData("StageNeedsPpm:Financing", "2000000")]
    [InlineData("StageNeedsPpm:Closed", "1")]
    [InlineData("Weights:Luck", "10")]
    [InlineData("GreenScor", "80")]
    public void Unusable_health_rules_stop_the_start(string key, string value) =>
        Assert.ThrowsAny<InvalidOperationException>(() => RulesOf(key, value));

    [Fact]
    public void Health_rules_need_only_the_changed_settings()
    {
        var rules = RulesOf("Weights:Funding", "40");
        Assert.Equal((40, 25, 75), (rules.Weights[HealthComponentKind.Funding], rules.Weights[HealthComponentKind.Schedule], rules.GreenScore));
    }

    private static Gateway.Health.HealthRules RulesOf(string key, string value) =>
        Gateway.Health.HealthRules.From(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(key, value)]).Build());

    private static readonly Gen<PortfolioQuery> Queries =
        from partnership in Gen.OneOf("", "partnerships/eu-us", "partnerships/x", "\0")
        from asOf in Gen.Select(Gen.Int[-1, 10_000], Gen.Int[-1, 13], Gen.Int[-1, 32])
        from rateDate in Gen.Select(Gen.Int[2024, 2026], Gen.Int[1, 12], Gen.Int[1, 28])
        from given in Gen.Int[0, 3]
        from currency in Gen.OneOf("", "USD", "JPY", "eur", "🪙")
        from texts in Gen.OneOf("projects/mine", "investors/kfw", "lithium", "FI", "", "\ud800").Array[0, 3]
        from numbers in Gen.Int[-1, 14].Array[0, 3]
        select new PortfolioQuery
        {
            Partnership = partnership,
            AsOf = given % 2 == 0 ? null : new() { Year = asOf.Item1, Month = asOf.Item2, Day = asOf.Item3 },
            RateDate = given < 2 ? null : new() { Year = rateDate.Item1, Month = rateDate.Item2, Day = rateDate.Item3 },
            ReportingCurrency = currency,
            Filter = new PortfolioFilter
            {
                Projects = { texts.Take(given) },
                Minerals = { texts.Skip(given) },
                Countries = { texts.Skip(given + 1) },
                Investors = { texts.Skip(given + 2) },
                Stages = { numbers.Take(given).Select(number => (Stage)number) },
                Kinds = { numbers.Skip(given).Select(number => (ProjectKind)number) },
                Instruments = { numbers.Skip(given + 1).Select(number => (Instrument)number) },
            },
        };

    private static void Answered(Func<object> answer)
    {
        try
        {
            Assert.NotNull(answer());
        }
        catch (RefusedException)
        {
            // A refusal is an answer.
        }
    }

    private static Refusal Refused(Action<PortfolioQuery> query) => Assert.Throws<RefusedException>(() => World.Of().Summary(query: query)).Refusal;
}
