using System.Diagnostics;
using Mining.Bench.Checks;
using Mining.Bench.Measurements;

namespace Mining.Bench.Frame;

/// <summary>The measurements by name.</summary>
internal static class Benchmarks
{
    private const int MaxSetSize = 1_000_000;

    private static readonly Dictionary<string, Func<Stage, Task<IReadOnlyList<Line>>>> ByName = new()
    {
        ["summary"] = SummaryRate.Measure,
        ["flat"] = FlatAnswers.Measure,
        ["past"] = PastDates.Measure,
        ["changes"] = AppliedChanges.Measure,
        ["memory"] = Memory.Measure,
        ["catch-up"] = CatchUp.Measure,
        ["watchers"] = Watchers.Measure,
        ["access"] = AccessCost.Measure,
        ["writes"] = DurableWrites.Measure,
        ["contention"] = Contention.Measure,
        ["visibility"] = Visibility.Measure,
        ["import"] = Import.Measure,
        ["start"] = StartUp.Measure,
        ["micro"] = Micro.Measure,
    };

    private static string Usage =>
        $"""
        ./dev bench [NAME…] [--rounds N] [--largest N] [--out DIR]
        ./dev bench --smoke      measures no time: checks the answers of the fast paths on small data

        names: {string.Join(", ", ByName.Keys)}
        """;

    /// <summary>
    /// Runs the named measurements, or all; returns 0 if all were measured, whether or not they met their goals, 1 if an answer is wrong, 2
    /// if the arguments are.
    /// </summary>
    public static async Task<int> Run(IReadOnlyList<string> arguments)
    {
        if (!TryRead(arguments, out var names, out var options, out var problem))
        {
            await Console.Error.WriteLineAsync($"{problem}\n\n{Usage}");
            return 2;
        }

        if (options.IsSmoke)
            return await Smoke.Run();
        var report = new Report();
        var begin = Stopwatch.GetTimestamp();
        await using var stage = new Stage(options.Rounds, options.Largest);
        foreach (var name in names)
            report.Add(name, await ByName[name](stage));
        report.Show();
        if (options.Out is { } folder)
            report.Write(folder, TimeProvider.System.GetUtcNow());
        Console.WriteLine($"{report.Missed.Count()} goals missed; {Stopwatch.GetElapsedTime(begin).TotalMinutes:F1} minutes");
        return 0;
    }

    private static bool TryRead(IReadOnlyList<string> arguments, out IReadOnlyList<string> names, out Options options, out string problem)
    {
        var given = new List<string>();
        (options, problem, names) = (new Options(), "", given);
        for (var i = 0; i < arguments.Count && problem == ""; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--smoke":
                    options = options with { IsSmoke = true };
                    break;
                case "--out" when value != "":
                    (options, i) = (options with { Out = value }, i + 1);
                    break;
                case "--rounds" when int.TryParse(value, out var rounds) && rounds > 0:
                    (options, i) = (options with { Rounds = rounds }, i + 1);
                    break;
                case "--largest" when int.TryParse(value, out var largest) && largest > 0:
                    (options, i) = (options with { Largest = largest }, i + 1);
                    break;
                case var name when ByName.ContainsKey(name):
                    given.Add(name);
                    break;
                case var other:
                    problem = other.StartsWith('-')
                        ? $"The option {other} is unknown, or its value is missing."
                        : $"Unknown measurement '{other}'; allowed are: {string.Join(", ", ByName.Keys)}.";
                    break;
            }
        }

        if (given.Count == 0)
            given.AddRange(ByName.Keys);
        return problem == "";
    }

    /// <summary>The command-line options.</summary>
    private sealed record Options(bool IsSmoke = false, int Rounds = 3, int Largest = MaxSetSize, string? Out = null);
}
