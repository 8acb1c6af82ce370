// At stake: the one exact and explainable number. Every figure of the sample that the gateway answers is computed here a
// second time, from the CSV files, by code that shares nothing with the import, the services or the gateway: its own CSV
// reader, whole numbers and fractions of any size, and the rules as the protos and the README state them. The mesh runs as
// real processes, loaded by the command line; answers are compared to the last cent and ppm.
using Grpc.Core;
using Mining.Portfolio.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.SampleFigures;

[Collection(SampleMeshUsers.Name)]
public sealed class SampleFigureTests(SampleMesh sample, ITestOutputHelper output) : IDisposable
{
    private static readonly World Files = WorldFiles.Load(SampleMesh.SampleFolder);

    private readonly Asking asking = new(sample.Mesh, Files);

    public static TheoryData<string> Whole => [.. Questions.Whole.Select(question => question.Label)];

    public static TheoryData<string> ByProject => [.. Questions.ByProject.Select(question => question.Label)];

    public static TheoryData<string> ByCommitment => [.. Questions.ByCommitment.Select(question => question.Label)];

    public void Dispose() => output.WriteLine($"{asking.CellCount} cells compared");

    [Fact]
    public void The_sample_is_all_there()
    {
        Assert.Equal((141, 96, 218), (Files.Projects.Count, Files.Investors.Count, Files.Commitments.Count));
        Assert.Equal(352, Files.Rates.Sum(rates => rates.Value.Count));
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public async Task The_whole_portfolio_is_what_the_files_say(string label)
    {
        var question = Questions.Whole.Single(question => question.Label == label);
        await asking.Summary(question);
        await asking.Pipeline(question);
        if (question.Currency is "" or "JPY")
            await asking.Groups(question);
    }

    [Theory]
    [MemberData(nameof(ByProject))]
    public async Task A_selection_of_projects_is_what_the_files_say(string label)
    {
        var question = Questions.ByProject.Single(question => question.Label == label);
        await asking.Summary(question);
        await asking.Pipeline(question);
        await asking.Groups(question);
    }

    [Theory]
    [MemberData(nameof(ByCommitment))]
    public async Task A_selection_of_commitments_is_what_the_files_say(string label)
    {
        var question = Questions.ByCommitment.Single(question => question.Label == label);
        await asking.Summary(question);
        await asking.Pipeline(question);
        await asking.Groups(question);
    }

    [Fact]
    public async Task Each_dossier_is_what_the_files_say()
    {
        await asking.Dossiers(new("today"));
        await asking.Dossiers(new("in GBP on 2025-06-30") { Currency = "GBP", AsOf = new(2025, 6, 30) });
    }

    [Theory]
    [InlineData("", "2023-06-30", "")]
    [InlineData("USD", "2026-03-31", "2023-12-28")]
    [InlineData("INR", "2026-03-31", "")]
    public async Task Without_a_rate_there_is_no_figure(string currency, string asOf, string rateDate)
    {
        var question = new Question("without a rate") { Currency = currency, AsOf = WorldFiles.FirstDay(asOf), RateDate = WorldFiles.FirstDay(rateDate) };
        Assert.Throws<RateMissingException>(() => new Prediction(Files, question, Asking.Today).Summary());
        await Refused.By(
            async () => await sample.Mesh.Portfolio.GetPortfolioSummaryAsync(new() { Query = question.ToQuery() }),
            StatusCode.FailedPrecondition,
            "EXCHANGE_RATE_MISSING");
    }

    [Theory]
    [InlineData(CoInvestmentOrder.Key)]
    [InlineData(CoInvestmentOrder.Total)]
    public async Task Pages_show_the_same_rows_in_order(CoInvestmentOrder order)
    {
        var request = Asking.Request(new("in pages"), "INVESTOR", "PLEDGED", jointOnly: false);
        var whole = await sample.Mesh.Portfolio.ListCoInvestmentsAsync(request);
        var rows = new List<CoInvestmentRow>();
        request.OrderBy = order;
        request.PageSize = 7;
        do
        {
            var page = await sample.Mesh.Portfolio.ListCoInvestmentsAsync(request);
            Assert.InRange(page.Rows.Count, 1, 7);
            Assert.Equal(whole.Total, page.Total);
            rows.AddRange(page.Rows);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        var expected = order == CoInvestmentOrder.Key
            ? whole.Rows.OrderBy(row => row.Key, StringComparer.Ordinal)
            : whole.Rows.OrderByDescending(row => (row.Figures.Total.Units, row.Figures.Total.Nanos)).ThenBy(row => row.Key, StringComparer.Ordinal);
        Assert.Equal(expected, rows);
    }

    [Theory]
    [InlineData("c024")]
    [InlineData("c079")]
    [InlineData("c119")]
    public async Task One_cent_more_in_the_files_would_be_noticed(string commitment)
    {
        var changed = WorldFiles.Load(SampleMesh.SampleFolder);
        var amounts = changed.Commitments[commitment].Amounts;
        amounts[0] = amounts[0] with { Value = amounts[0].Value + 1 };
        var failure = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => new Asking(sample.Mesh, changed).Summary(new("everything")));
        Assert.Contains("the first is all/COMMITTED/", failure.Message, StringComparison.Ordinal);
    }
}
