using System.Diagnostics;
using Mining.Bench.Data;
using Mining.Bench.Frame;

namespace Mining.Bench.Measurements;

/// <summary>
/// The time from the launch of a gateway until it has applied everything: empty, from the feeds; and from its checkpoint. The yardsticks
/// are processes too, so that both sides include the start of a process.
/// </summary>
internal static class CatchUp
{
    private const int MaxRounds = 2;

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var size = stage.Size(1_000_000);
        var feed = await stage.Feed(size);
        var (fromFeed, fromCheckpoint) = (new List<(double, double)>(), new List<(double, double)>());
        var (processorTime_s, most_B, settled_B, written_s) = (0.0, 0L, 0L, 0.0);
        for (var round = 0; round < Math.Min(MaxRounds, stage.Rounds); round++)
        {
            await using var gateway = new FedGateway(feed);
            var empty = (await gateway.Start()).TotalMilliseconds;
            fromFeed.Add((empty, await BareStream.Measure(feed.Address)));
            processorTime_s = gateway.ProcessorTime().TotalSeconds;
            written_s = await Seconds(gateway.CheckpointWritten());
            (most_B, settled_B) = (gateway.Process.Process.PeakWorkingSetBytes, gateway.Process.Process.WorkingSetBytes);
            await gateway.Process.Stop();
            var file = gateway.CheckpointFile;
            await BareStream.Measure(file);
            fromCheckpoint.Add(((await gateway.Start()).TotalMilliseconds, await BareStream.Measure(file)));
        }

        return
        [
            Line.Compare($"start of an empty gateway until it holds {size:N0}, from the feeds", "ms", "streaming the same bytes", fromFeed, Goal.MaxRatio(3), $"{feed.Bytes / 1e6:N0} MB; both include the start of the process"),
            Line.Compare($"start of a gateway until it holds {size:N0}, from its checkpoint", "ms", "reading the same rows", fromCheckpoint, Goal.MaxRatio(3), "both include the start of the process"),
            new Line($"CPU time of the start from the feeds, {size:N0}", new(processorTime_s, "s"), Remark: $"the checkpoint is complete {written_s:N1} s later"),
            new Line($"peak memory of the start from the feeds, {size:N0}", new(most_B / 1e6, "MB"), Remark: $"working set; {settled_B / 1e6:N0} MB once the checkpoint is written"),
        ];
    }

    private static async Task<double> Seconds(Task task)
    {
        var begin = Stopwatch.GetTimestamp();
        await task;
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
