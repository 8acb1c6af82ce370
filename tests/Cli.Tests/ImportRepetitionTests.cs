using System.Collections.Concurrent;
using Grpc.Core;
using Mining.Cli.Import;
using Mining.Cli.Tests.Fakes;

namespace Mining.Cli.Tests;

// At stake: an import is repeated after every broken connection, and every Monday. It must complete what is missing, duplicate nothing, and
// report its changes truthfully. The mesh of these tests keeps request ids as the platform does.
public sealed class ImportRepetitionTests : ImportTests
{
    private const string Project = "mine,Mine,,mining,BR,,,lithium,,5,EUR,,,,A page,stored-source";

    [Fact]
    public async Task A_second_import_changes_nothing_and_says_so()
    {
        WithEverything();
        var first = await Import();
        var commands = Mesh.Commands.Count;

        var second = await Import();

        Assert.Equal(commands, Mesh.Commands.Count);
        Assert.Equal(first.Files.Select(file => file.Imported), second.Files.Select(file => file.Unchanged));
        Assert.All(second.Files, file => Assert.Equal(0, file.Imported + file.Refused));
    }

    [Fact]
    public async Task A_second_import_after_request_ids_have_expired_changes_nothing()
    {
        WithEverything();
        await Import();
        var commands = Mesh.Commands.Count;
        Mesh.ForgetRequestIds();

        var second = await Import();

        Assert.Equal(commands, Mesh.Commands.Count);
        Assert.All(second.Files, file => Assert.Equal((file.Rows, 0), (file.Unchanged, file.Refused)));
    }

    [Fact]
    public async Task An_import_interrupted_between_two_steps_of_a_row_is_finished_by_the_next_one()
    {
        WithEverything();
        Mesh.InjectError = (method, _) => method == "SignCommitment"
            ? new RpcException(new Status(StatusCode.PermissionDenied, "cut off")) : null;
        var stopped = await Assert.ThrowsAsync<ImportStoppedException>(() => Import());
        Assert.Equal(StatusCode.PermissionDenied, ((RpcException)stopped.InnerException!).StatusCode);
        Assert.Contains(stopped.Report.Files, file => file is { File: "projects.csv", Imported: 1 });
        Mesh.InjectError = (_, _) => null;

        var report = await Import();

        Assert.Empty(report.Refusals);
        Assert.NotNull(Mesh.Commitments["commitments/c1"].Signing);
        Assert.Single(Mesh.Commitments["commitments/c2"].Disbursements);
        Assert.Equal(1, report.Files.Single(file => file.File == "projects.csv").Unchanged);
        Assert.True(report.Files.Single(file => file.File == "commitments.csv").Imported >= 2);
        var again = await Import();
        Assert.All(again.Files, file => Assert.Equal(file.Rows, file.Unchanged));
    }

    [Fact]
    public async Task A_record_that_differs_from_its_row_is_left_unchanged_and_the_difference_is_reported()
    {
        Folder.WithProjects(Project);
        await Import();
        Folder.WithProjects("mine,Another name,,mining,BR,,,lithium;cobalt,,5,EUR,,,,A page,stored-source");

        var report = await Import();

        var refusal = Assert.Single(report.Refusals);
        Assert.Equal((2, "name"), (refusal.Line, refusal.Column));
        Assert.Equal(
            "projects/mine is already recorded with a different display name, minerals; an import does not change records.", refusal.Reason);
        Assert.Equal("Mine", Mesh.Projects["projects/mine"].DisplayName);
    }

    [Fact]
    public async Task A_commitment_signed_on_another_date_is_left_unchanged()
    {
        WithEverything();
        await Import();
        Mesh.Commitments["commitments/c1"].Signing.Date = new Google.Type.Date { Year = 2024 };

        var refusal = Assert.Single((await Import()).Refusals);

        Assert.Equal(("commitments.csv", "date"), (refusal.File, refusal.Column));
        Assert.Contains("already recorded with date 2024", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_corrected_rate_is_published_and_can_be_reverted()
    {
        async Task<(int Imported, int Unchanged, string Rate)> ImportRate(string rate)
        {
            Folder.WithRates($"2025-01-31,USD,{rate},,", "2025-01-31,GBP,0.83,,");
            var report = await Import();
            return (
                report.Files[0].Imported, report.Files[0].Unchanged,
                Mesh.RateTables["exchangeRateTables/2025-01-31"].Rates[0].UnitsPerEuro.Value);
        }

        Assert.Equal((2, 0, "1.04"), await ImportRate("1.04"));
        Assert.Equal((1, 1, "1.05"), await ImportRate("1.05"));
        Assert.Equal((1, 1, "1.04"), await ImportRate("1.04"));
        Assert.Equal((0, 2, "1.04"), await ImportRate("1.0400"));
    }

    [Fact]
    public async Task A_briefly_unavailable_server_is_retried()
    {
        Folder.WithInvestors("a,A,US,company,,");
        var failures = 2;
        Mesh.InjectError = (_, _) => Interlocked.Decrement(ref failures) >= 0
            ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;

        var report = await Import();

        Assert.Equal(1, report.Files[0].Imported);
        Assert.Equal(-1, failures);
    }

    [Fact]
    public async Task Rows_are_sent_in_parallel_batches_up_to_the_limit()
    {
        const int rows = ImportGateway.RowsPerBatch * (ImportGateway.MaxConcurrentBatches + 2);
        Folder.WithInvestors([.. Enumerable.Range(0, rows).Select(index => $"i{index},I,US,company,,")]);
        Mesh.HoldUntilInFlight = ImportGateway.MaxConcurrentBatches;

        var report = await Import();

        Assert.Equal(rows, report.Files[0].Imported);
        Assert.Equal(ImportGateway.MaxConcurrentBatches, Mesh.PeakBatchesInFlight);
    }

    [Fact]
    public async Task Rows_too_large_for_one_call_are_split_over_several()
    {
        const int rows = 30;
        var text = new string('w', 8 * ImportGateway.MaxBatchSize / rows);
        Folder.WithInvestors([.. Enumerable.Range(0, rows).Select(index => $"i{index},I,US,company,{text},")]);

        Assert.Equal(rows, (await Import()).Files[0].Imported);
    }

    [Fact]
    public async Task Only_the_transiently_failed_rows_of_a_batch_are_resent()
    {
        Folder.WithInvestors("a,A,US,company,,", "b,B,US,company,,", "c,C,US,company,,");
        var failures = 2;
        Mesh.InjectError = (_, request) => request is Mining.Investors.V1.CreateInvestorRequest { InvestorId: "b" } && Interlocked.Decrement(ref failures) >= 0
            ? new RpcException(new Status(StatusCode.ResourceExhausted, "full")) : null;

        var report = await Import();

        Assert.Equal(3, report.Files[0].Imported);
        Assert.Equal(["CreateInvestor investors/a", "CreateInvestor investors/c", "CreateInvestor investors/b"], Mesh.Commands);
    }

    [Fact]
    public async Task A_step_is_skipped_if_the_record_differs_from_the_row()
    {
        WithEverything();
        await Import();
        Mesh.ForgetRequestIds();
        Mesh.Commitments["commitments/c4"].Note = "Somebody else's";
        Folder.WithCommitments("c4,dfc,mine,offtake,,EUR,committed,,,,");

        var report = await Import();

        Assert.Equal("note", Assert.Single(report.Refusals).Column);
        Assert.Null(Mesh.Commitments["commitments/c4"].Signing);
    }

    [Fact]
    public async Task Progress_counts_every_row()
    {
        Folder.WithInvestors([.. Enumerable.Range(0, 50).Select(index => $"i{index},I,US,{(index % 10 == 0 ? "nobody" : "company")},,")]);
        var progress = new Recorder();

        await Import(progress);

        Assert.Equal(Enumerable.Range(0, 51), progress.Reports.Select(report => report.DoneRows));
        Assert.All(progress.Reports, report => Assert.Equal(("investors.csv", 50), (report.File, report.TotalRows)));
    }

    private void WithEverything() => Folder.WithRates("2025-01-31,USD,1.04,ECB,")
        .WithInvestors("dfc,DFC,US,government,,").WithProjects(Project).WithFacilities("f,F,,FI,cobalt,metal,5,,2020,operating,,")
        .WithCommitments(
            "c1,dfc,mine,equity,5,USD,committed,2025-03,,,", "c2,dfc,mine,loan,,USD,disbursed,,Note,,",
            "c3,dfc,mine,grant,7,EUR,cancelled,2025,,,", "c4,dfc,mine,offtake,,EUR,pledged,,,,");

    private sealed class Recorder : IProgress<ImportProgress>
    {
        public ConcurrentQueue<ImportProgress> Reports { get; } = new();

        public void Report(ImportProgress value) => Reports.Enqueue(value);
    }
}
