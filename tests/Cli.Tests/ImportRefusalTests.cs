using System.Text;
using Grpc.Core;
using Mining.Cli.Import;
using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;

namespace Mining.Cli.Tests;

// At stake: an import of a thousand rows must name exactly the cells to fix and import all valid rows. Each test breaks something and
// checks file, line, column, reason, and the imported records.
public sealed class ImportRefusalTests : ImportTests
{
    [Fact]
    public async Task Every_error_of_a_row_is_reported_and_the_other_rows_are_imported()
    {
        Folder.WithProjects(
            "a,A,,mining,FI,,,lithium,,,,,,,,",
            "b,B,,minning+refining,FI,95,,lithum;cobalt,pre,12.345,USD,-5,,2025-13,,",
            "c,C,,mining,FI,,,cobalt,,,,,,,,");

        var report = await Import();

        Assert.Equal(["projects/a", "projects/c"], Mesh.Projects.Keys);
        Assert.Equal((3, 2, 1), (report.Files[0].Rows, report.Files[0].Imported, report.Files[0].Refused));
        Assert.All(report.Refusals, refusal => Assert.Equal(("projects.csv", 3), (refusal.File, refusal.Line)));
        Assert.Equal(
            ["kind", "latitude", "longitude", "minerals", "stage", "capex_amount", "planned_first_production", "planned_output_t_per_year"],
            report.Refusals.Select(refusal => refusal.Column));
        Assert.Contains("did you mean mining", Reason(report, "kind"), StringComparison.Ordinal);
        Assert.Contains("lithium", Reason(report, "minerals"), StringComparison.Ordinal);
        Assert.Contains("finer than the minor unit of USD", Reason(report, "capex_amount"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_by_the_server_names_the_column_of_the_file()
    {
        Folder.WithProjects($"a,,,mining,XX,,,lithium,,,,,,,{new string('x', 2_001)},").WithInvestors("i,I,US,company,,");
        Folder.Write("investors.csv", "investor_id,name,country,kind,beneficial_owners", "i,I,US,company,QQ:5");
        Folder.WithRates("2025-01-31,USD,1.04,,", "2025-01-31,XYZ,2,,", "2025-01-31,GBP,-1,,");

        var report = await Import();

        Assert.Equal(
            [
                ("fx_rates.csv", 3, "currency"), ("fx_rates.csv", 4, "per_eur"), ("investors.csv", 2, "beneficial_owners"),
                ("projects.csv", 2, "name"), ("projects.csv", 2, "country"), ("projects.csv", 2, "source"),
            ],
            report.Refusals.Select(refusal => (refusal.File, refusal.Line, refusal.Column)));
        Assert.Equal(["USD"], Mesh.RateTables["exchangeRateTables/2025-01-31"].Rates.Select(rate => rate.CurrencyCode));
    }

    [Fact]
    public async Task A_commitment_to_a_missing_project_or_investor_names_the_column()
    {
        Folder.WithInvestors("dfc,DFC,US,government,,").WithProjects("mine,Mine,,mining,BR,,,lithium,,,,,,,,")
            .WithCommitments(
                "c1,dfc,mien,equity,5,USD,committed,2025,,,", "c2,dcf,mine,equity,5,USD,committed,2025,,,",
                "c3,dfc,mine,equity,5,USD,committed,2025,,,");

        var report = await Import();

        Assert.Equal(
            [(2, "project_id", "There is no projects/mien."), (3, "investor_id", "There is no investors/dcf.")],
            report.Refusals.Select(refusal => (refusal.Line, refusal.Column, refusal.Reason)));
        Assert.Equal(["commitments/c3"], Mesh.Commitments.Keys);
    }

    [Fact]
    public async Task A_refused_step_says_that_the_row_was_partly_recorded()
    {
        Folder.WithInvestors("dfc,DFC,US,government,,").WithProjects("mine,Mine,,mining,BR,,,lithium,,,,,,,,")
            .WithCommitments("c1,dfc,mine,equity,5,USD,disbursed,2025,,,");
        Mesh.InjectError = (method, _) => method == "RecordDisbursement"
            ? FakeMesh.Error(
                Platform.Errors.Refusal.Precondition("DISBURSED_MORE_THAN_COMMITTED", "commitments/c1", "It is more than what is left."))
            : null;

        var report = await Import();

        var refusal = Assert.Single(report.Refusals);
        Assert.Equal(
            ("amount", "It was recorded, but its payment was refused: It is more than what is left."),
            (refusal.Column, refusal.Reason));
    }

    [Theory]
    [InlineData("[loy] Letter", "pledged", "note", "[loi]")]
    [InlineData("[no-such-tag] Text", "pledged", "note", "the tags are")]
    [InlineData("[company-level][acquisition] Text", "pledged", "note", "several counting bases")]
    [InlineData("[loi] Letter", "committed", "status", "not binding")]
    public async Task A_misspelt_tag_that_would_count_money_in_the_shares_is_refused(
        string note, string status, string column, string reason)
    {
        Folder.WithInvestors("dfc,DFC,US,government,,").WithProjects("mine,Mine,,mining,BR,,,lithium,,,,,,,,")
            .WithCommitments($"c1,dfc,mine,equity,5,USD,{status},2025,{note},,");

        var refusal = Assert.Single((await Import()).Refusals);

        Assert.Equal(column, refusal.Column);
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.Empty(Mesh.Commitments);
    }

    [Fact]
    public async Task Line_numbers_stay_right_after_quoted_line_breaks_and_empty_lines()
    {
        Folder.Write(
            "investors.csv", CsvFolder.InvestorHeader + "\r\na,\"Two\r\nlines, one \"\"name\"\"\",US,company,,\r\n\r\nb,B,US,compny,,\r\n");

        var report = await Import();

        Assert.Equal("Two\r\nlines, one \"name\"", Mesh.Investors["investors/a"].DisplayName);
        Assert.Equal((5, "kind"), (report.Refusals[0].Line, report.Refusals[0].Column));
    }

    [Fact]
    public async Task A_byte_order_mark_is_ignored()
    {
        Folder.Write("investors.csv", CsvFolder.InvestorHeader + "\na,Áé,US,company,,\n", withBom: true);

        Assert.Empty((await Import()).Refusals);
        Assert.Equal("Áé", Mesh.Investors["investors/a"].DisplayName);
    }

    [Fact]
    public async Task Rows_with_broken_quoting_or_a_wrong_number_of_cells_are_refused_one_by_one()
    {
        Folder.WithInvestors(
            "a,A,US,company,,", "b,B \"quoted\",US,company,,", "c,C,US,company", "d,D,US,company,,", "e,\"never closed,US,company,,");

        var report = await Import();

        Assert.Equal([3, 4, 6], report.Refusals.Select(refusal => refusal.Line));
        Assert.Equal(["investors/a", "investors/d"], Mesh.Investors.Keys);
        Assert.Equal((5, 2, 3), (report.Files[0].Rows, report.Files[0].Imported, report.Files[0].Refused));
    }

    [Fact]
    public async Task A_missing_column_is_one_clear_error_and_the_other_files_are_imported()
    {
        Folder.Write("investors.csv", "investor_id,nam,country,kind", "a,A,US,company")
            .WithProjects("mine,Mine,,mining,BR,,,lithium,,,,,,,,");

        var report = await Import();

        var refusal = Assert.Single(report.Refusals);
        Assert.Equal(("investors.csv", 1, "name"), (refusal.File, refusal.Line, refusal.Column));
        Assert.Contains("The header lacks name (it has nam)", refusal.Reason, StringComparison.Ordinal);
        Assert.Empty(Mesh.Investors);
        Assert.Single(Mesh.Projects);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF_8_is_refused_with_the_line()
    {
        File.WriteAllBytes(
            Path.Combine(Folder.Path, "investors.csv"),
            Encoding.Latin1.GetBytes(CsvFolder.InvestorHeader + "\na,A,US,company,,\nb,Bé,US,company,,\n"));

        var refusal = Assert.Single((await Import()).Refusals);

        Assert.Equal(3, refusal.Line);
        Assert.Contains("not UTF-8", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_row_of_a_duplicate_key_is_refused()
    {
        Folder.WithInvestors("a,First,US,company,,", "a,Second,US,company,,").WithRates("2025-01-31,USD,1.04,,", "2025-01-31,USD,1.05,,");

        var report = await Import();

        Assert.Equal(
            [("fx_rates.csv", 3, "2025-01-31, USD is already on line 2."), ("investors.csv", 3, "a is already on line 2.")],
            report.Refusals.Select(refusal => (refusal.File, refusal.Line, refusal.Reason)));
        Assert.Equal("First", Mesh.Investors["investors/a"].DisplayName);
    }

    [Fact]
    public async Task Ignored_files_and_columns_are_reported_once()
    {
        Folder.WithInvestors("a,A,US,company,,").Write("demand.csv", "x\n").Write("prices.csv", "x\n").Write("investers.csv", "x\n");
        Folder.Write("refineries.csv", CsvFolder.FacilityHeader + ",remark", "f,F,,FI,cobalt,,,,,operating,,,Hello");

        var report = await Import();

        Assert.Equal(
            [
                "fx_rates.csv is missing and was skipped.", "projects.csv is missing and was skipped.",
                "commitments.csv is missing and was skipped.", "demand.csv and prices.csv: for reference only, not imported.",
                "investers.csv is not a file of an import and was ignored.",
                "refineries.csv: ignored unknown column remark.",
            ],
            report.Notices);
    }

    [Fact]
    public async Task A_folder_without_any_import_file_is_a_usage_error() =>
        await Assert.ThrowsAsync<UsageException>(() => Import());

    [Fact]
    public async Task A_failure_of_the_server_on_one_row_does_not_stop_the_others()
    {
        Folder.WithInvestors("a,A,US,company,,", "b,B,US,company,,");
        Mesh.InjectError = (_, request) => request is Mining.Investors.V1.CreateInvestorRequest { InvestorId: "a" }
            ? FakeMesh.Error(new Platform.Errors.Refusal(StatusCode.Internal, "INTERNAL_ERROR", "An unexpected error; incident 42."))
            : null;

        var report = await Import();

        Assert.Equal("An unexpected error; incident 42. (Internal, INTERNAL_ERROR)", Assert.Single(report.Refusals).Reason);
        Assert.Equal(["investors/b"], Mesh.Investors.Keys);
    }

    private static string Reason(ImportReport report, string column) => report.Refusals.First(refusal => refusal.Column == column).Reason;
}
