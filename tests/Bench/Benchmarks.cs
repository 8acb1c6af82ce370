using Mining.Testing;
using Spectre.Console;

namespace Mining.Bench;

/// <summary>What is measured, and how it is shown.</summary>
internal static class Benchmarks
{
    private static readonly IReadOnlyDictionary<string, Func<MeshProcesses, Task<IReadOnlyList<Line>>>> ByName =
        new Dictionary<string, Func<MeshProcesses, Task<IReadOnlyList<Line>>>>
        {
            ["access"] = AccessCost.Measure,
            ["visibility"] = Visibility.Measure,
            ["writes"] = DurableWrites.Measure,
        };

    /// <summary>Runs the named measurements, or all of them; answers 2 for a name that there is not.</summary>
    public static async Task<int> Run(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !ByName.ContainsKey(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no measurement '{unknown}'; there are: {string.Join(", ", ByName.Keys)}.");
            return 2;
        }

        var table = new Table().AddColumns("measurement", "ours", "yardstick", "ratio", "goal", "met");
        foreach (var name in names.Count > 0 ? names : [.. ByName.Keys])
        {
            await using var mesh = new MeshProcesses();
            // One caller stands for many here.
            foreach (var service in mesh.Services)
                service.Set("Mesh__Limits__CallsPerSecond", "10000000");
            await mesh.Start();
            foreach (var line in await ByName[name](mesh))
                table.AddRow(line.Name, line.Ours, line.Yardstick, line.Ratio, line.Goal, line.Met is { } met ? met ? "yes" : "no" : "");
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.Write(table);
        return 0;
    }
}

/// <summary>A line of the table.</summary>
internal sealed record Line(string Name, string Ours, string Yardstick, string Ratio, string Goal, bool? Met);
