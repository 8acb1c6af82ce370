using Google.Protobuf;
using Mining.Bench.Frame;

namespace Mining.Bench.Measurements;

/// <summary>
/// Summary calls per second over the wire, compared with a bare service that returns the same bytes. Client and server share the machine,
/// so the server's processor time per call is the more precise figure.
/// </summary>
internal static class SummaryRate
{
    public const string Method = "mining.portfolio.v1.PortfolioService/GetPortfolioSummary";

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var size = stage.Size(1_000_000);
        var gateway = await stage.Gateway(size);
        var answer = (await gateway.Portfolio.GetPortfolioSummaryAsync(new())).ToByteArray();
        var folder = Directory.CreateTempSubdirectory("mining-bench-");
        await using var bare = await BareServer.Start(folder.FullName, answer);
        var ours = new LoadJob(gateway.Process.Address, Method, [], stage.RoundLength.TotalSeconds);
        var theirs = ours with { Address = bare.Address };
        await Load.Start(ours);
        await Load.Start(theirs); // both are warm now

        var times = new List<(double, double)>();
        var rates = await stage.Interleave(
            async () =>
            {
                var (result, time) = await Load.Measure(gateway.Process, ours);
                times.Add((time.TotalMicroseconds, 0));
                return result.CallsPerSecond;
            },
            async () =>
            {
                var (result, time) = await Load.Measure(bare, theirs);
                times.Add((0, time.TotalMicroseconds));
                return result.CallsPerSecond;
            });
        var pairs = times.Where(time => time.Item1 > 0).Zip(times.Where(time => time.Item2 > 0), (mine, other) => (mine.Item1, other.Item2)).ToList();
        folder.Delete(recursive: true);
        var lines = new List<Line>
        {
            Line.Compare($"summary calls, 8 × 16 concurrent, {size:N0} commitments", "/s", "bare gRPC service, same bytes", rates, Goal.AtLeast(0.9), $"{answer.Length:N0} bytes each"),
            Line.Compare("server CPU time per summary call", "µs", "bare gRPC service", pairs),
        };
        lines.AddRange(await SecondLoad.Measure(stage, gateway.Process.Address, bare.Address));
        return lines;
    }
}
