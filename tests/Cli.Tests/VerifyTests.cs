using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Cli.Tests;

// At stake: `verify` must find a cent, a part per million, a gap and a falsified row, and must not raise false alarms during writes. The
// gateway here answers with the figures of the simulator's model, except where a test falsifies them.
public sealed class VerifyTests : ImportTests
{
    [Fact]
    public async Task Agreement_is_reported_with_the_hashes()
    {
        await WithPortfolio();

        var run = await CommandRun.At(Gateway, "verify");

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Contains("eu-us as of 2026-04-01, in EUR: ", run.Lines, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(Mesh.Log("investors")[^1].Hash.Span), run.Lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_date_and_currency_agree_as_well()
    {
        await WithPortfolio();

        var run = await CommandRun.At(
            Gateway, "verify", "--as-of", "2025-06-30", "--rate-date", "2026-01-31", "--currency", "USD", "--partnership", "eu-us",
            "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("""
            "currency":"USD","asOf":"2025-06-30"
            """, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_difference_of_one_cent_is_detected() => await Falsified(
        portfolio => portfolio.FalsifySummary = summary => summary.JointProjects[1].Sides[2].Amount.Nanos += 10_000_000,
        "Difference at summary, joint projects, committed, US: amount: the gateway has 120.51 EUR, but the recomputed value is 120.50 EUR.");

    [Fact]
    public async Task A_difference_of_one_part_per_million_is_detected() => await Falsified(
        portfolio => portfolio.FalsifyPage = (request, page) =>
        {
            if (request.GroupBy == CoInvestmentGrouping.Mineral && request.Measure == Measure.Pledged && !request.JointOnly)
                page.Rows[1].Figures.Sides[0].SharePpm--;
        },
        "Difference at pledged by mineral, all projects, nickel, EU: share: the gateway has 62.4024 %, but the recomputed value is 62.4025 %.");

    [Fact]
    public async Task A_missing_group_is_detected() => await Falsified(
        portfolio => portfolio.FalsifyPage = (request, page) =>
        {
            if (request.GroupBy == CoInvestmentGrouping.Year && page.Rows.Count > 0)
                page.Rows.RemoveAt(0);
        },
        "Difference at pledged by year, all projects: next group: the gateway has undated, but the recomputed value is 2025.");

    [Fact]
    public async Task A_gap_in_a_feed_is_detected()
    {
        await WithPortfolio();
        Gateway.Changes.Falsify = changes => changes.Where(change => change.Sequence != 3);

        var run = await CommandRun.At(Gateway, "verify");

        Assert.Equal(
            (ExitCode.Refused, "Difference at feed of investors, change 3: the next change has sequence 4, so changes are missing.\n"),
            (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task A_feed_that_ends_too_early_is_detected()
    {
        await WithPortfolio();
        Gateway.Changes.Falsify = changes => changes.Take(4);

        var run = await CommandRun.At(Gateway, "verify", "--json");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Contains("it ends at change 4, but states that the log ends at 7", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_falsified_row_is_detected_even_with_its_own_hash_recomputed()
    {
        await WithPortfolio();
        Gateway.Changes.Falsify = changes => changes.Select(change => Falsify(change, withHash: false));
        var content = await CommandRun.At(Gateway, "verify");
        Gateway.Changes.Falsify = changes => changes.Select(change => Falsify(change, withHash: true));
        var chain = await CommandRun.At(Gateway, "verify");

        Assert.Equal(
            "Difference at feed of investors, change 2: its hash does not match its content (investors/de, version 1).", OneLine(content));
        Assert.Equal(
            "Difference at feed of investors, change 3: its previous hash does not match the change before it.", OneLine(chain));
    }

    [Fact]
    public async Task A_gateway_that_does_not_catch_up_fails()
    {
        var portfolio = await WithPortfolio();
        portfolio.Behind = 1;

        var run = await CommandRun.At(Gateway, "verify");

        Assert.Equal(
            (ExitCode.Refused, "Difference at gateway, investors: after 30 s it has applied 6 of 7 changes.\n"),
            (run.ExitCode, run.Lines));
    }

    [Fact]
    public async Task Concurrent_writes_do_not_fail_the_verification()
    {
        var portfolio = await WithPortfolio();
        var writes = 0;
        portfolio.Afterwards = () =>
        {
            if (Interlocked.Increment(ref writes) <= 20)
                Commit($"later{writes}", "us", "a", 1_00 * writes);
        };

        var run = await CommandRun.At(Gateway, "verify");

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal(27, Mesh.Log("investors").Count);
    }

    [Fact]
    public async Task Pages_of_different_versions_are_read_again()
    {
        var portfolio = await WithPortfolio();
        portfolio.MaxRows = 1;
        var answers = 0;
        portfolio.Afterwards = () =>
        {
            // Between the two pages of the rows by project.
            if (Interlocked.Increment(ref answers) == 3)
                Commit("between", "us", "b", 7_00);
        };

        var run = await CommandRun.At(Gateway, "verify");

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Contains("commitments/between", Mesh.Commitments.Keys);
    }

    private async Task Falsified(Action<ModelPortfolio> falsify, string difference)
    {
        falsify(await WithPortfolio());

        var run = await CommandRun.At(Gateway, "verify");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal(difference, OneLine(run));
    }

    /// <summary>The output without its line breaks, which occur at column 100.</summary>
    private static string OneLine(CommandRun run) => run.Lines.Trim().Replace("\n", " ", StringComparison.Ordinal);

    private Task<ModelPortfolio> WithPortfolio()
    {
        Mesh.Put("investors", Mesh.Partnerships, "partnerships/eu-us", Examples.Partnership());
        Mesh.Put("investors", Mesh.Investors, "investors/de", new Investor { Name = "investors/de", Country = "DE" });
        Mesh.Put("investors", Mesh.Investors, "investors/us", new Investor { Name = "investors/us", Country = "US" });
        Mesh.Put("investors", Mesh.RateTables, "exchangeRateTables/2025-01-31", new ExchangeRateTable
        {
            Name = "exchangeRateTables/2025-01-31",
            Date = new Google.Type.Date { Year = 2025, Month = 1, Day = 31 },
            Rates = { new ExchangeRate { CurrencyCode = "USD", UnitsPerEuro = new Google.Type.Decimal { Value = "1.05" } } },
        });
        Mesh.Put(
            "projects", Mesh.Projects, "projects/a",
            new Project { Name = "projects/a", Country = "FI", Kinds = { ProjectKind.Mining }, Minerals = { "cobalt", "nickel" } });
        Mesh.Put(
            "projects", Mesh.Projects, "projects/b", new Project { Name = "projects/b", Country = "US", Kinds = { ProjectKind.Magnet } });
        Commit("c1", "de", "a", 200_00);
        Commit("c2", "us", "a", 120_50);
        Commit("c3", "de", "b", null, year: 2025);
        var portfolio = new ModelPortfolio(Gateway);
        portfolio.Install();
        return Task.FromResult(portfolio);
    }

    private void Commit(string id, string investor, string project, long? minorUnits, int? year = null)
    {
        var commitment = new Commitment
        {
            Name = $"commitments/{id}",
            Investor = $"investors/{investor}",
            Project = $"projects/{project}",
            Instrument = Instrument.Equity,
            CurrencyCode = "EUR",
            Amount = minorUnits is { } amount ? Examples.Euro(amount) : null,
            AnnouncementDate = year is null ? null : new Google.Type.Date { Year = year.Value },
            Signing = new Signing(),
        };
        Mesh.Put("investors", Mesh.Commitments, commitment.Name, commitment);
    }

    private static Change Falsify(Change change, bool withHash)
    {
        if (change is not { Source: "investors", Sequence: 2 })
            return change;
        var falsified = change.Clone();
        falsified.Actor = "somebody else";
        if (withHash)
            falsified.Hash = ByteString.CopyFrom(ChangeHash.Of(falsified));
        return falsified;
    }
}
