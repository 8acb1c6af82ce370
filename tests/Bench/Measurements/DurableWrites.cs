using System.Diagnostics;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Projects.V1;
using Stage = Mining.Bench.Frame.Stage;

namespace Mining.Bench.Measurements;

/// <summary>
/// Durable writes at one service, over the wire: 64 callers share transactions and therefore disk syncs; a single caller has each to
/// itself. Compared with bare inserts of the same rows into the same tables with the same durability, on the same disk, in the same run, in
/// transactions of 64 and of one: the limit of disk and SQLite. The service runs with its sidecar, which accepts publications; consumers
/// run elsewhere, as in a cluster.
/// </summary>
internal static class DurableWrites
{
    private const int Callers = 64;

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        await using var service = await ServiceAlone.Start("projects");
        var client = new ProjectService.ProjectServiceClient(service.Channel);
        // Warm-up: the service compiles its code in its first seconds.
        await Write(client, "warm-up", Callers, 4 * stage.RoundLength);
        var (many, bare, latency) = (new List<(double, double)>(), new List<(double, double)>(), new List<(double, double)>());
        for (var round = 0; round < stage.Rounds; round++)
        {
            var one = await Write(client, $"one-{round}", 1, stage.RoundLength);
            var all = await Write(client, $"many-{round}", Callers, stage.RoundLength);
            many.Add((all.PerSecond, one.PerSecond));
            using var rows = SameRows.Of(service.DatabaseFile, typeof(Projects.Storage.ProjectStore).Assembly);
            bare.Add((all.PerSecond, rows.Insert(Callers, stage.RoundLength).PerSecond));
            latency.Add((one.Median_ms, rows.Insert(1, stage.RoundLength).Median_ms));
        }

        return
        [
            Line.Compare($"durable writes, {Callers} callers", "/s", "one caller", many, Goal.AtLeast(5)),
            Line.Compare($"durable writes, {Callers} callers", "/s", $"bare inserts of the same rows by {Callers}", bare, Goal.AtLeast(0.35), "a write is five rows: the project, its kind, the change, the answer, the audit entry"),
            Line.Compare("durable write, one caller, p50", "ms", "one bare durable insert of its rows", latency, Goal.MaxRatio(3)),
        ];
    }

    /// <summary>Acknowledged writes per second, and their median latency.</summary>
    public static async Task<(double PerSecond, double Median_ms)> Write(ProjectService.ProjectServiceClient client, string prefix, int callers, TimeSpan length)
    {
        var begin = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = new List<double>();
            for (var i = 0; Stopwatch.GetElapsedTime(begin) < length; i++)
            {
                var asked = Stopwatch.GetTimestamp();
                await client.CreateProjectAsync(new()
                {
                    ProjectId = $"{prefix}-{caller}-{i}",
                    RequestId = $"{prefix}-{caller}-{i}",
                    Project = new Project { DisplayName = "Bench", Country = "FR", Kinds = { ProjectKind.Mining } },
                });
                own.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            return own;
        })));
        return (times.Sum(own => own.Count) / Stopwatch.GetElapsedTime(begin).TotalSeconds, Ratio.Median(times.SelectMany(own => own)));
    }
}
