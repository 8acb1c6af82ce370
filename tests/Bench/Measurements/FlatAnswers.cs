using Google.Protobuf;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Investors.V1;
using Mining.Portfolio.V1;

namespace Mining.Bench.Measurements;

/// <summary>
/// Shows that an answer's cost depends on its size and not on the size of the history: the same calls on a small and on the largest data
/// set.
/// </summary>
internal static class FlatAnswers
{
    private const string Service = "mining.portfolio.v1.PortfolioService/";

    /// <summary>The requests; the last element counts the rows of an answer.</summary>
    private static readonly (string Name, string Method, IMessage Request, Func<byte[], int> Rows)[] Questions =
    [
        ("summary of lithium projects", "GetPortfolioSummary", Summary(new() { Minerals = { "lithium" } }), _ => 1),
        ("summary of grants in Germany", "GetPortfolioSummary", Summary(new() { Countries = { "DE" }, Instruments = { Instrument.Grant } }), _ => 1),
        ("summary of one investor", "GetPortfolioSummary", Summary(new() { Investors = { "investors/investor-0007" } }), _ => 1),
        ("shares by mineral", "ListCoInvestments", new ListCoInvestmentsRequest { GroupBy = CoInvestmentGrouping.Mineral }, RowsOfShares),
        ("shares by project, a page of 100", "ListCoInvestments", new ListCoInvestmentsRequest { GroupBy = CoInvestmentGrouping.Project }, RowsOfShares),
        ("pipeline, a page", "ListPipeline", new ListPipelineRequest(), bytes => ListPipelineResponse.Parser.ParseFrom(bytes).Entries.Count),
        ("dossier per commitment", "GetProjectDossier", new GetProjectDossierRequest { Name = "projects/project-00042" }, bytes => Math.Max(1, ProjectDossier.Parser.ParseFrom(bytes).CapitalStack.Count)),
    ];

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var (most, some, few) = (stage.Size(1_000_000), stage.Size(10_000), stage.Size(1_000));
        var large = await stage.Gateway(most);
        var lines = new List<Line>();
        var medians = new List<(double, double)>();
        var tails = new List<(double, double)>();
        var little = await stage.Gateway(few);
        for (var round = 0; round < stage.Rounds + 1; round++)
        {
            var mine = await Ask(stage, large, SummaryRate.Method, []);
            var other = await Ask(stage, little, SummaryRate.Method, []);
            if (round == 0)
                continue; // warm-up
            medians.Add((mine.Median_us, other.Median_us));
            tails.Add((mine.P99_us, other.P99_us));
        }

        var yardstick = $"at {few:N0}";
        lines.Add(Line.Compare($"summary at {most:N0}, p50", "µs", yardstick, medians, Goal.MaxRatio(1.2)));
        lines.Add(Line.Compare($"summary at {most:N0}, p99", "µs", yardstick, tails, Goal.MaxRatio(1.2)));
        var medium = await stage.Gateway(some);
        foreach (var (name, method, request, rowsOf) in Questions)
        {
            var bytes = request.ToByteArray();
            var (rowsOfLarge, rowsOfMedium) = (rowsOf(await Answer(large, method, bytes)), rowsOf(await Answer(medium, method, bytes)));
            await Ask(stage, large, Service + method, bytes);
            var rounds = await stage.Interleave(
                async () => (await Ask(stage, large, Service + method, bytes)).Median_us / rowsOfLarge,
                async () => (await Ask(stage, medium, Service + method, bytes)).Median_us / rowsOfMedium,
                Math.Min(3, stage.Rounds));
            lines.Add(Line.Compare($"{name} at {most:N0}, p50 per row", "µs", $"at {some:N0}", rounds, Goal.MaxRatio(1.5), $"{rowsOfLarge:N0} rows, at {some:N0} {rowsOfMedium:N0}"));
        }

        return lines;
    }

    private static Task<LoadResult> Ask(Stage stage, FedGateway gateway, string method, byte[] request) =>
        Load.Start(new LoadJob(gateway.Process.Address, method, request, stage.RoundLength.TotalSeconds / 2, Connections: 1, Streams: 1));

    private static async Task<byte[]> Answer(FedGateway gateway, string method, byte[] request)
    {
        using var call = gateway.Process.Channel.CreateCallInvoker().AsyncUnaryCall(Raw.Unary(Service + method), null, default, request);
        return await call.ResponseAsync;
    }

    private static GetPortfolioSummaryRequest Summary(PortfolioFilter filter) => new() { Query = new() { Filter = filter } };

    private static int RowsOfShares(byte[] bytes) => ListCoInvestmentsResponse.Parser.ParseFrom(bytes).Rows.Count;
}
