using Grpc.Core;
using Mining.Gateway.Tests.Building;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: several currencies in one figure. A cell is summed exactly per currency, each sum is converted, and the result is rounded once;
// each figure names the rates that it used or lacks.
public class ConversionTests
{
    private static World Subject() => World.Of().Investor("kfw", "DE").Investor("doe", "US").Project("mine");

    [Fact]
    public void An_amount_is_converted_via_the_euro()
    {
        var world = Subject().Rates("2025-01-01", ("USD", "1.25"), ("JPY", "160")).Commitment("a", "doe", "mine", "100 USD", signed: "2025");
        Assert.Equal("80.00 EUR of 1", world.Shares().Counted());
        Assert.Equal("12 800 JPY of 1", world.Shares(query: query => query.ReportingCurrency = "JPY").Counted());
        Assert.Equal("100.00 USD of 1", world.Shares(query: query => query.ReportingCurrency = "USD").Counted());
    }

    [Fact]
    public void A_cell_is_rounded_once_not_per_commitment()
    {
        var world = Subject().Rates("2025-01-01", ("USD", "3"));
        for (var number = 0; number < 3; number++)
            world.Commitment($"c{number}", "doe", "mine", "0.50 USD", signed: "2025");
        Assert.Equal("0.50 EUR of 3", world.Shares().Counted());
    }

    [Theory]
    [InlineData("0.01 USD", "0.00 EUR")]
    [InlineData("0.03 USD", "0.02 EUR")]
    [InlineData("0.05 USD", "0.02 EUR")]
    public void Half_a_cent_rounds_to_the_even_cent(string amount, string expected) => Assert.Equal(
        expected, Write.Text(Subject().Rates("2025-01-01", ("USD", "2")).Commitment("a", "doe", "mine", amount, signed: "2025").Shares().Total));

    [Fact]
    public void A_total_is_the_sum_of_the_rounded_cells() => Assert.Equal(
        "EU 0.33 EUR, OUTSIDE 0.00 EUR, US 0.33 EUR = 0.66 EUR",
        Subject().Rates("2025-01-01", ("USD", "3")).Commitment("a", "doe", "mine", "1 USD", signed: "2025").Commitment("b", "kfw", "mine", "1 USD", signed: "2025")
            .Shares() is var table ? $"{table.Amounts()} = {Write.Text(table.Total)}" : "");

    [Theory]
    [InlineData("2025-01-31", "100.00 EUR", "2025-01-01", 30)]
    [InlineData("2025-02-01", "50.00 EUR", "2025-02-01", 0)]
    [InlineData("2025-12-31", "50.00 EUR", "2025-02-01", 333)]
    public void The_latest_rate_on_or_before_the_rate_date_is_used_and_reported(string rateDate, string total, string rateDay, int ageDays)
    {
        var summary = Subject().Rates("2025-02-01", ("USD", "2")).Rates("2025-01-01", ("USD", "1"), ("JPY", "160"))
            .Commitment("a", "doe", "mine", "100 USD").Summary("2025-06-01", query => query.RateDate = Write.Date(rateDate));
        Assert.Equal(total, Write.Text(summary.AllProjects[0].Total));
        var rate = Assert.Single(summary.Rates);
        Assert.Equal(("USD", Write.Date(rateDay), ageDays), (rate.CurrencyCode, rate.Date, rate.AgeDays));
    }

    [Fact]
    public void Each_answer_uses_only_the_rates_of_its_own_rate_date()
    {
        var world = Subject().Rates("2025-01-01", ("USD", "1")).Rates("2025-02-01", ("USD", "2")).Commitment("a", "doe", "mine", "100 USD", signed: "2025")
            .Project("mine", project => project.CapitalCost = Write.Money("400 USD"));
        Assert.Equal("100.00 EUR 300.00 EUR", Figures("2025-01-15"));
        Assert.Equal("50.00 EUR 150.00 EUR", Figures("2025-02-15"));
        Assert.Equal("100.00 EUR 300.00 EUR", Figures("2025-01-15"));
        world.Rates("2025-01-10", ("USD", "4"));
        Assert.Equal("25.00 EUR 75.00 EUR", Figures("2025-01-15"));

        string Figures(string rateDate) =>
            world.Summary(query: query => query.RateDate = Write.Date(rateDate)) is var summary
                ? $"{Write.Text(summary.AllProjects[1].Total)} {Write.Text(summary.FundingGap)}" : "";
    }

    [Fact]
    public void The_rate_date_defaults_to_the_report_date() => Assert.Equal(
        Write.Date("2025-03-01"), Subject().Summary("2025-03-01").RateDate);

    [Fact]
    public void Money_in_the_reporting_currency_needs_no_rate()
    {
        var summary = Subject().Commitment("a", "doe", "mine", "100 USD").Summary(query: query => query.ReportingCurrency = "USD");
        Assert.Empty(summary.Rates);
        Assert.Equal("100.00 USD", Write.Text(summary.AllProjects[0].Total));
    }

    [Fact]
    public void The_rates_of_both_currencies_are_reported_ordered_by_code() => Assert.Equal(
        ["JPY 160", "USD 1.25"],
        Subject().Rates("2025-01-01", ("USD", "1.25"), ("JPY", "160.00")).Commitment("a", "doe", "mine", "100 USD")
            .Summary(query: query => query.ReportingCurrency = "JPY").Rates.Select(rate => $"{rate.CurrencyCode} {rate.UnitsPerEuro.Value}"));

    [Fact]
    public void Every_missing_rate_is_named_in_one_error()
    {
        var world = Subject().Rates("2025-01-01", ("USD", "1.25")).Commitment("a", "doe", "mine", "1 USD").Commitment("b", "doe", "mine", "1 SEK")
            .Project("plant", project => project.CapitalCost = Write.Money("5 NOK"));
        var refused = Assert.Throws<RefusedException>(() => world.Summary("2024-12-31")).Refusal;
        Assert.Equal((StatusCode.FailedPrecondition, "EXCHANGE_RATE_MISSING"), (refused.Code, refused.Reason));
        Assert.Contains("NOK, SEK, USD", refused.Message, StringComparison.Ordinal);
        Assert.Contains("2024-12-31", refused.Message, StringComparison.Ordinal);
        Assert.Contains("NOK, SEK on", Assert.Throws<RefusedException>(() => world.Summary("2025-06-01")).Message, StringComparison.Ordinal);
        Assert.Equal("EXCHANGE_RATE_MISSING", Assert.Throws<RefusedException>(() => world.CoInvestments(CoInvestmentGrouping.Mineral, Measure.Pledged)).Refusal.Reason);
        Assert.Equal("EXCHANGE_RATE_MISSING", Assert.Throws<RefusedException>(() => world.Pipeline()).Refusal.Reason);
        Assert.Equal("EXCHANGE_RATE_MISSING", Assert.Throws<RefusedException>(() => world.Dossier("mine")).Refusal.Reason);
    }

    [Fact]
    public void An_undisclosed_amount_needs_no_rate() => Assert.Empty(Subject().Undisclosed("a", "doe", "mine", "SEK").Summary().Rates);

    [Fact]
    public void A_figure_beyond_64_bits_is_refused()
    {
        var world = Subject().Commitment("a", "doe", "mine", "90000000000000000 EUR").Commitment("b", "kfw", "mine", "90000000000000000 EUR");
        Assert.Equal("FIGURE_TOO_LARGE", Assert.Throws<RefusedException>(() => world.Summary()).Refusal.Reason);
    }
}
