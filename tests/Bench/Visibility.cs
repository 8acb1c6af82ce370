using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Mining.Projects.V1;
using Mining.Testing;

namespace Mining.Bench;

/// <summary>
/// From the acknowledgement of a write to its first appearance in an answer of the gateway. The yardstick is the time that the
/// write itself takes, from the call to its acknowledgement.
/// </summary>
internal static class Visibility
{
    private const int WarmUp = 50;
    private const int Rounds = 300;
    private const double GoalMedian_ms = 100;

    public static async Task<IReadOnlyList<Line>> Measure(MeshProcesses mesh)
    {
        var writes = new List<double>();
        var visible = new List<double>();
        for (var round = 0; round < WarmUp + Rounds; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            var project = await mesh.ProjectsClient.CreateProjectAsync(new()
            {
                ProjectId = $"bench-{round}",
                Project = new Project { DisplayName = "Bench", Country = "FR", Kinds = { ProjectKind.Mining } },
            });
            var acknowledged = Stopwatch.GetTimestamp();
            while (!await IsVisible(mesh, project.Name))
            {
                // Asked again at once: the answer is what is waited for.
            }

            if (round < WarmUp)
                continue;
            writes.Add(Stopwatch.GetElapsedTime(begin, acknowledged).TotalMilliseconds);
            visible.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        return
        [
            Compare("write acknowledged → visible, p50", visible, writes, 0.50, GoalMedian_ms),
            Compare("write acknowledged → visible, p99", visible, writes, 0.99, null),
        ];
    }

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

    private static Line Compare(string name, List<double> ours, List<double> yardstick, double quantile, double? goal_ms)
    {
        var (mine, other) = (Quantile(ours, quantile), Quantile(yardstick, quantile));
        return new Line(
            name,
            Milliseconds(mine),
            $"the write itself: {Milliseconds(other)}",
            (mine / other).ToString("F2", CultureInfo.InvariantCulture) + " ×",
            goal_ms is { } goal ? $"≤ {goal} ms" : "–",
            goal_ms is { } limit ? mine <= limit : null);
    }

    private static double Quantile(List<double> values, double quantile) =>
        values.Order().ElementAt((int)Math.Min(values.Count - 1, quantile * values.Count));

    private static string Milliseconds(double value) => value.ToString("F2", CultureInfo.InvariantCulture) + " ms";
}
