using Grpc.Core;
using Google.Protobuf;
using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Cli.Tests;

// At stake: scripts depend on exit codes and JSON; people depend on messages that say what to fix. Whole command lines run against a
// gateway.
public sealed class CommandTests : ImportTests
{
    [Fact]
    public async Task Every_option_of_a_query_reaches_the_server()
    {
        var run = await CommandRun.At(
            Gateway, "shares", "--by", "mineral", "--measure", "disbursed", "--joint", "--largest-first", "--as-of", "2026-03-31",
            "--rate-date", "2026-04-01",
            "--currency", "usd", "--partnership", "eu-us", "--project", "caremag", "--project", "projects/vinton", "--country", "fr",
            "--stage", "pre-feasibility",
            "--stage", "unknown", "--mineral", "REE", "--kind", "refining", "--instrument", "price-floor", "--investor", "us-dfc");

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        var expected = new ListCoInvestmentsRequest
        {
            GroupBy = CoInvestmentGrouping.Mineral,
            Measure = Measure.Disbursed,
            JointOnly = true,
            OrderBy = CoInvestmentOrder.Total,
            PageSize = 1_000,
            Query = new PortfolioQuery
            {
                AsOf = new PartialDate(2026, 3, 31).ToDate(),
                RateDate = new PartialDate(2026, 4, 1).ToDate(),
                ReportingCurrency = "USD",
                Partnership = "partnerships/eu-us",
                Filter = new PortfolioFilter
                {
                    Projects = { "projects/caremag", "projects/vinton" },
                    Countries = { "FR" },
                    Stages = { Stage.PreFeasibility, Stage.Unspecified },
                    Minerals = { "rare-earths" },
                    Kinds = { ProjectKind.Refining },
                    Instruments = { Instrument.PriceFloor },
                    Investors = { "investors/us-dfc" },
                },
            },
        };
        Assert.Equal(expected, Assert.Single(Gateway.Portfolio.Requests));
    }

    [Fact]
    public async Task Omitted_options_are_left_to_the_server()
    {
        await CommandRun.At(Gateway, "summary");

        Assert.Equal(new GetPortfolioSummaryRequest { Query = new PortfolioQuery() }, Assert.Single(Gateway.Portfolio.Requests));
    }

    [Theory]
    [InlineData("score", PipelineOrder.Score)]
    [InlineData("gap", PipelineOrder.FundingGap)]
    [InlineData("capital-cost", PipelineOrder.CapitalCost)]
    public async Task A_limited_pipeline_is_a_single_page(string order, PipelineOrder expected)
    {
        Gateway.Portfolio.Pipeline = _ => new ListPipelineResponse { NextPageToken = "more" };

        await CommandRun.At(Gateway, "pipeline", "--order", order, "--top", "5");

        Assert.Equal(
            new ListPipelineRequest { Query = new PortfolioQuery(), OrderBy = expected, PageSize = 5 },
            Assert.Single(Gateway.Portfolio.Requests));
    }

    [Fact]
    public async Task All_pages_are_fetched_and_JSON_has_one_line_per_page()
    {
        Gateway.Portfolio.CoInvestments = request => new ListCoInvestmentsResponse
        {
            Rows = { new CoInvestmentRow { Key = $"projects/p{request.PageToken}", Figures = new ShareTable { NothingToShare = true } } },
            NextPageToken = request.PageToken switch { "" => "1", "1" => "2", _ => "" },
        };

        var run = await CommandRun.At(Gateway, "shares", "--json");

        var pages = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ListCoInvestmentsResponse.Parser.ParseJson)
            .ToList();
        Assert.Equal(["projects/p", "projects/p1", "projects/p2"], pages.Select(page => page.Rows[0].Key));
    }

    [Fact]
    public async Task JSON_output_is_the_unchanged_API_response()
    {
        var summary = new PortfolioSummary
        {
            Partnership = "partnerships/eu-us",
            CapitalCost = new Amount(5, "EUR").ToMoney(),
            NonAdditiveCount = 3
        };
        Gateway.Portfolio.Summary = _ => summary;

        var run = await CommandRun.At(Gateway, "summary", "--json");

        Assert.Equal(JsonFormatter.Default.Format(summary) + "\n", run.Output);
    }

    [Fact]
    public async Task A_refusal_names_every_violation()
    {
        Gateway.Portfolio.Summary = _ => throw FakeMesh.Error(Refusal.Invalid(
        [
            new() { Field = "query.as_of", Description = "is 2026-03; it must have year, month and day." },
            new() { Field = "query.reporting_currency", Description = "\"EURO\" is not a currency code." },
        ]));

        var run = await CommandRun.At(Gateway, "summary", "--currency", "euro");

        Assert.Equal(ExitCode.ServerRefused, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(
            """
            The server refused the request: query.as_of is 2026-03; it must have year, month and day. query.reporting_currency "EURO" is not a currency code. (InvalidArgument, INVALID_FIELDS)
              - query.as_of: is 2026-03; it must have year, month and day.
              - query.reporting_currency: "EURO" is not a currency code.

            """,
            run.Error);
    }

    [Fact]
    public async Task A_refusal_names_the_failed_preconditions_and_the_resource()
    {
        Gateway.Portfolio.Dossier = _ => throw FakeMesh.Error(Refusal.NotFound("mining/Project", "projects/none"));
        Gateway.Portfolio.Summary = _ =>
            throw FakeMesh.Error(Refusal.Precondition("EXCHANGE_RATE_MISSING", "PLN", "There is no rate of PLN."));

        var notFound = await CommandRun.At(Gateway, "project", "none");
        var precondition = await CommandRun.At(Gateway, "summary");

        Assert.Equal(
            (ExitCode.ServerRefused,
                "The server refused the request: There is no projects/none. (NotFound, RESOURCE_NOT_FOUND)\n  - projects/none\n"),
            (notFound.ExitCode, notFound.Error));
        Assert.Equal(
            (ExitCode.ServerRefused,
                "The server refused the request: There is no rate of PLN. (FailedPrecondition, EXCHANGE_RATE_MISSING)\n  - PLN: There is no rate of PLN. (EXCHANGE_RATE_MISSING)\n"),
            (precondition.ExitCode, precondition.Error));
    }

    [Fact]
    public async Task A_busy_server_is_distinguished_from_an_unreachable_one()
    {
        Gateway.Portfolio.Summary = _ => throw FakeMesh.Error(Refusal.Unavailable("NO_DATA", "The gateway has no data yet."));

        var away = await CommandRun.At(Gateway, "summary");
        // Nothing listens on port 1 of the loopback interface.
        var nobody = await CommandRun.Of(["summary", "--port-base", "1"], Cancellation);

        Assert.Equal(
            (ExitCode.Unreachable,
            "The server is temporarily unavailable: The gateway has no data yet. (Unavailable, NO_DATA) Retry later.\n"),
            (away.ExitCode, away.Error));
        Assert.Equal(ExitCode.Unreachable, nobody.ExitCode);
        Assert.StartsWith("Cannot reach http://localhost:1/: ", nobody.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--as-of needs a full date", "summary", "--as-of", "2026-03")]
    [InlineData("an unknown grouping", "shares", "--by", "color")]
    [InlineData("an unknown order", "pipeline", "--order", "name")]
    [InlineData("too many", "pipeline", "--top", "1001")]
    [InlineData("none at all", "pipeline", "--top", "0")]
    [InlineData("an unknown command", "sumary")]
    [InlineData("no command")]
    [InlineData("no id", "project")]
    [InlineData("no folder", "import", "/no/such/folder")]
    [InlineData("two places", "summary", "--address", "http://localhost:1", "--port-base", "2")]
    [InlineData("no address", "summary", "--address", "localhost")]
    [InlineData("no port", "summary", "--port-base", "70000")]
    public async Task An_invalid_command_line_exits_with_2_and_says_why(string scenario, params string[] args)
    {
        var run = await CommandRun.Of(args, Cancellation);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.True(run.Error.Length > 0 && run.Output.Length == 0, scenario);
    }

    [Theory]
    [InlineData(null, null, "http://localhost:18000/")]
    [InlineData("http://127.0.0.1:2", null, "http://127.0.0.1:2/")]
    [InlineData("http://127.0.0.1:2", "--port-base=3", "http://localhost:3/")]
    [InlineData("http://127.0.0.1:2", "--address=http://127.0.0.1:4", "http://127.0.0.1:4/")]
    public async Task The_address_comes_from_the_option_then_the_environment_then_the_default(
        string? variable, string? option, string address)
    {
        string[] args = ["summary", .. option is null ? Array.Empty<string>() : [option]];

        // A cancelled token ends the call before it is sent; the refusal of an invalid address shows the address.
        var run = await CommandRun.Of(args, Cancellation, name => name == "MINING_ADDRESS" ? variable : null);

        Assert.Contains($"Cannot reach {address}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_states_the_exit_codes()
    {
        foreach (var args in new string[][] { ["--help"], ["import", "--help"] })
        {
            var run = await CommandRun.Of(args, Cancellation);
            Assert.Equal(ExitCode.Ok, run.ExitCode);
            Assert.Contains("4    the server is unreachable or temporarily unavailable", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_import_with_refused_rows_exits_with_1_and_lists_them_in_JSON()
    {
        Folder.WithInvestors("a,A,US,company,,", "b,B,US,compny,,");

        var run = await CommandRun.At(Gateway, "import", Folder.Path, "--json");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Contains(
            """{"file":"investors.csv","rows":2,"imported":1,"unchanged":0,"skipped":0,"refused":1}""", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("""{"file":"investors.csv","line":3,"column":"kind","reason":""", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_aborted_import_reports_its_progress_and_exits_with_the_code_of_the_cause()
    {
        Folder.WithInvestors("a,A,US,company,,").WithProjects("mine,Mine,,mining,BR,,,lithium,,,,,,,,");
        Mesh.InjectError = (method, _) => method == "CreateProject" ? new RpcException(new Status(StatusCode.PermissionDenied, "No.")) : null;

        var run = await CommandRun.At(Gateway, "import", Folder.Path);

        Assert.Equal(ExitCode.ServerRefused, run.ExitCode);
        Assert.Contains("investors.csv     1         1", run.Lines, StringComparison.Ordinal);
        Assert.Contains(
            "Imported rows are kept; run the import again to complete it.\nThe server refused the request: No. (PermissionDenied)", run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Piped_output_has_no_control_codes_and_fits_into_100_columns()
    {
        await Import(Path.Combine(AppContext.BaseDirectory, "Sample"));
        Mesh.Put("investors", Mesh.Partnerships, "partnerships/eu-us", Examples.Partnership());
        new ModelPortfolio(Gateway).Install();

        foreach (var args in new string[][] { ["summary", "--non-additive"], ["shares"], ["shares", "--by", "investor", "--amounts"],
            ["investors"], ["facilities"], ["verify"] })
        {
            var run = await CommandRun.At(Gateway, args);
            Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
            Assert.DoesNotContain('\u001b', run.Output);
            Assert.All(run.Lines.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        }
    }
}
