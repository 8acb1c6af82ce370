// At stake: every figure must be exact and explainable. The simulator's model, which shares nothing with the import, the services or the
// gateway, recomputes every figure of the sample from the CSV files. The mesh runs as real processes, loaded by the command line; answers
// are compared to the last cent and ppm.
using Grpc.Core;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Simulation.Model.Figures;
using Mining.Testing;
using Xunit;
using MeshModel = Mining.Simulation.Model.MeshModel;

namespace Mining.Mesh.Tests.SampleFigures;

[Collection(SampleMeshUsers.Name)]
public sealed class SampleFigureTests(SampleMesh sample)
{
    private static readonly IReadOnlyList<IVersionedResource> Files = SampleFiles.Load(SampleMesh.SampleFolder);
    private static readonly MeshModel Model = new(Files);

    public static TheoryData<string> Queries => [.. SampleQueries.All.Keys];

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public void The_sample_is_loaded_completely()
    {
        Assert.Equal((141, 96, 218), (Files.OfType<Project>().Count(), Files.OfType<Investor>().Count(), Files.OfType<Commitment>().Count()));
        Assert.Equal(352, Files.OfType<ExchangeRateTable>().Sum(table => table.Rates.Count));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Every_figure_matches_the_files(string label)
    {
        var differences = await PortfolioComparison.Differences(
            Model, SampleQueries.All[label], Today, sample.Mesh.Portfolio.Ask,
            withDossiers: label is "everything in EUR today" or "everything in GBP on 2025-06-30");
        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(20)));
    }

    [Theory]
    [InlineData("", "2023-06-30", "")]
    [InlineData("USD", "2026-03-31", "2023-12-28")]
    [InlineData("INR", "2026-03-31", "")]
    public async Task A_report_without_a_needed_rate_is_refused(string currency, string asOf, string rateDate)
    {
        var query = SampleQueries.Query(currency, asOf, rateDate);
        Assert.Throws<NoRateException>(() => Model.Portfolio(query, Today).Summary());
        await Refused.By(
            async () => await sample.Mesh.Portfolio.GetPortfolioSummaryAsync(new() { Query = query }),
            StatusCode.FailedPrecondition,
            "EXCHANGE_RATE_MISSING");
    }

    [Theory]
    [InlineData(CoInvestmentOrder.Key)]
    [InlineData(CoInvestmentOrder.Total)]
    public async Task Pages_return_the_same_rows_in_order(CoInvestmentOrder order)
    {
        var request = new ListCoInvestmentsRequest { GroupBy = CoInvestmentGrouping.Investor, Measure = Measure.Pledged, PageSize = 1_000 };
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
    public async Task A_difference_of_one_cent_to_the_files_is_detected(string commitment)
    {
        var changed = new MeshModel(SampleFiles.Load(SampleMesh.SampleFolder));
        ((Commitment)changed.Find($"commitments/{commitment}")!).Amount.Nanos += 10_000_000;
        var summary = await sample.Mesh.Portfolio.GetPortfolioSummaryAsync(new());
        Assert.Contains(
            AnswerComparison.Differences(changed.Portfolio(new(), Today).Summary(), summary),
            difference => difference.StartsWith("PortfolioSummary.all_projects[Committed].sides[", StringComparison.Ordinal));
    }
}
