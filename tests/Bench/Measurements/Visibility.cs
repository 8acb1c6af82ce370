using System.Diagnostics;
using Grpc.Core;
using Mining.Bench.Frame;
using Mining.Projects.V1;
using Stage = Mining.Bench.Frame.Stage;
using Mining.Testing;

namespace Mining.Bench.Measurements;

/// <summary>
/// The time from the acknowledgement of a write to its first appearance in an answer of the gateway, while other callers write at half of
/// the maximum rate that the mesh can write and publish. The maximum rate is the number of writes divided by the time until all are
/// visible. The yardstick is the write itself, from the call to its acknowledgement.
/// </summary>
internal static class Visibility
{
    private const int Callers = 64;
    private const int WarmUp = 20;
    private const int Samples = 200;

    /// <summary>Timeouts for all and for each: a mesh that falls behind shows each write later than the one before.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>The polling interval, long enough that polling causes no relevant load.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        await using var mesh = await Stage.Mesh();
        var client = new ProjectService.ProjectServiceClient(mesh.Projects.Channel);
        // As long as for writes alone: the services compile their code in their first seconds.
        await DurableWrites.Write(client, "warm-up", Callers, 4 * stage.RoundLength);
        await mesh.CaughtUp(TimeSpan.FromMinutes(1));
        var topBegin = Stopwatch.GetTimestamp();
        var acknowledged_s = (await DurableWrites.Write(client, "top", Callers, stage.RoundLength)).PerSecond;
        var writing = Stopwatch.GetElapsedTime(topBegin);
        await mesh.CaughtUp(TimeSpan.FromMinutes(1));
        var top = acknowledged_s * (writing / Stopwatch.GetElapsedTime(topBegin));

        using var enough = new CancellationTokenSource();
        var background = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => WriteAt(client, caller, top / 2 / Callers, enough.Token)));
        var writes = new List<double>();
        var visible = new List<double>();
        var samplesBegin = Stopwatch.GetTimestamp();
        for (var sample = 0; sample < WarmUp + Samples && Stopwatch.GetElapsedTime(samplesBegin) < Timeout; sample++)
        {
            var begin = Stopwatch.GetTimestamp();
            var project = await client.CreateProjectAsync(NewProject($"seen-{sample}"));
            var acknowledged = Stopwatch.GetTimestamp();
            while (!await IsVisible(mesh, project.Name) && Stopwatch.GetElapsedTime(acknowledged) < Timeout)
                await Task.Delay(Pace, TimeProvider.System);

            if (sample < WarmUp)
                continue;
            writes.Add(Stopwatch.GetElapsedTime(begin, acknowledged).TotalMilliseconds);
            visible.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        await enough.CancelAsync();
        await background;
        var remark = $"{visible.Count} writes, with {top / 2:N0} others per second: half of what the mesh can write and publish; it acknowledges up to {acknowledged_s:N0} per second, which then become visible later";
        return [Compare("p50", 0.50, 20), Compare("p99", 0.99, 100)];

        Line Compare(string which, double quantile, double goal_ms) =>
            Line.Compare($"write acknowledged → visible, {which}", "ms", "the write itself", [(Quantile(visible, quantile), Quantile(writes, quantile))], Goal.MaxFigure(goal_ms), remark);
    }

    /// <summary>Writes at a steady pace until stopped.</summary>
    private static async Task WriteAt(ProjectService.ProjectServiceClient client, int caller, double perSecond, CancellationToken enough)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond), TimeProvider.System);
        try
        {
            for (var i = 0; await pace.WaitForNextTickAsync(enough); i++)
                await client.CreateProjectAsync(NewProject($"other-{caller}-{i}"), cancellationToken: CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private static CreateProjectRequest NewProject(string id) =>
        new() { ProjectId = id, Project = new Project { DisplayName = "Bench", Country = "FR", Kinds = { ProjectKind.Mining } } };

    private static async Task<bool> IsVisible(MeshProcesses mesh, string name)
    {
        try
        {
            await mesh.Portfolio.GetProjectDossierAsync(new() { Name = name });
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.Unavailable)
        {
            return false;
        }
    }

    private static double Quantile(List<double> values, double quantile) =>
        values.Order().ElementAt((int)Math.Min(values.Count - 1, quantile * values.Count));
}
