using System.Globalization;
using System.Text.RegularExpressions;
using Mining.Bench.Frame;
using Mining.Testing;

namespace Mining.Bench.Measurements;

/// <summary>
/// The time of <c>./dev run</c> after the build, by its own output: until everything is healthy, and until the sample is loaded.
/// </summary>
internal static partial class StartUp
{
    private const double GoalHealthy_s = 3;
    private const double GoalLoaded_s = 10;

    /// <summary>
    /// The program that <c>./dev run</c> starts, or its build output: it looks for the services' programs beside its own.
    /// </summary>
    private static readonly string Program = Environment.GetEnvironmentVariable("MINING_LOCAL_MESH") ?? Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "..", "services", "LocalMesh", "bin",
        Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Mining.LocalMesh.dll"));

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var (healthy, ready) = (new List<double>(), new List<double>());
        for (var round = 0; round < Math.Min(3, stage.Rounds); round++)
        {
            var folder = Directory.CreateTempSubdirectory("mining-bench-run-");
            await using (var process = new ChildProcess())
            {
                process.Launch(new("dotnet", [Program, "run", "--folder", folder.FullName, "--port-base", Load.Text(ServiceProcess.FreePort())]));
                await Eventually.True(
                    () => Task.FromResult(Ready().IsMatch(process.Log) || process.HasEnded), Timeout, () => $"the mesh is not ready:\n{process.Tail}");
                if (!Ready().IsMatch(process.Log))
                    throw new InvalidOperationException($"The mesh did not start:\n{process.Tail}");
                healthy.Add(SecondsIn(Healthy().Match(process.Log)));
                ready.Add(SecondsIn(Ready().Match(process.Log)));
                await process.Stop();
            }

            folder.Delete(recursive: true);
        }

        return
        [
            new Line("./dev run after a build: healthy", new(Ratio.Median(healthy), "s"), Goal: Goal.MaxFigure(GoalHealthy_s)),
            new Line("./dev run after a build: the sample loaded", new(Ratio.Median(ready), "s"), Goal: Goal.MaxFigure(GoalLoaded_s)),
        ];
    }

    private static double SecondsIn(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("All healthy after ([0-9.]+) s")]
    private static partial Regex Healthy();

    [GeneratedRegex("ready after ([0-9.]+) s")]
    private static partial Regex Ready();
}
