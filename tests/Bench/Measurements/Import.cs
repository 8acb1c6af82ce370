using System.Diagnostics;
using System.Globalization;
using Mining.Bench.Frame;
using Mining.Cli.Shell;
using Mining.Testing;

namespace Mining.Bench.Measurements;

/// <summary>
/// The real path of bulk data: files, command line, gateway, services, feeds. The sample, and a chosen number of rows in its format.
/// </summary>
internal static class Import
{
    public const string Verb = "import-folder";
    private const int Rows = 100_000;

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        await using var mesh = await Stage.Mesh();
        var sample = await Time(mesh, Path.Combine(AppContext.BaseDirectory, "Sample"));
        var folder = Directory.CreateTempSubdirectory("mining-bench-");
        var rows = stage.Size(Rows);
        WriteFiles(folder.FullName, rows);
        var large = await Time(mesh, folder.FullName);
        folder.Delete(recursive: true);
        var processor_us = large.Parts.Sum(part => part.Processor.TotalMicroseconds) / rows;
        return
        [
            new Line("import of the sample, until the gateway's answers contain it", new(sample.Seconds, "s")),
            new Line(
                $"import of {rows:N0} rows, until the gateway's answers contain them", new(large.Seconds, "s"),
                Remark: $"{rows / large.Seconds:N0} rows per second; about 2 commands each"),
            new Line(
                "CPU time per imported row", new(processor_us, "µs"),
                Remark: string.Join(", ", large.Parts.Select(part => $"{part.Name} {part.Processor.TotalMicroseconds / rows:N0}"))),
            new Line("peak memory of the import process", new(large.Parts[0].Peak_MB, "MB"), new(sample.Parts[0].Peak_MB, "MB", "import of the sample")),
            new Line(
                "peak memory of a service meanwhile", new(large.Parts.Skip(1).Max(part => part.Peak_MB), "MB"),
                Remark: string.Join(", ", large.Parts.Skip(1).Select(part => $"{part.Name} {part.Peak_MB:N0}"))),
        ];
    }

    /// <summary>Imports the sample into a mesh like a person would.</summary>
    public static async Task Sample(MeshProcesses mesh)
    {
        var code = await Run(Path.Combine(AppContext.BaseDirectory, "Sample"), mesh.Gateway.Address, TestIssuer.Shared.TokenFor(TestIssuer.Developer));
        if (code != ExitCode.Ok)
            throw new InvalidOperationException("The sample could not be imported.");
    }

    /// <summary>Runs as the importing process.</summary>
    public static Task<int> Run(string folder, string address, string token) => MiningCommandLine.Run(
        ["import", folder, "--address", address], CommandContext.ForCurrentProcess() with { EnvironmentVariable = name => name == GlobalOptions.TokenVariable ? token : null });

    private static async Task<(double Seconds, IReadOnlyList<Part> Parts)> Time(MeshProcesses mesh, string folder)
    {
        (string Name, Process Process)[] processes =
            [.. mesh.Services.Select(service => (service.Name, Process.GetProcessById(service.Process.Id))), ("sidecar", Process.GetProcessById(mesh.Sidecar.Process.Id))];
        var before = processes.Select(part => part.Process.TotalProcessorTime).ToArray();
        var begin = Stopwatch.GetTimestamp();
        var start = Load.ProgramOf(Verb, folder, mesh.Gateway.Address);
        start.Environment["MINING_TOKEN"] = TestIssuer.Shared.TokenFor(TestIssuer.Developer);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var importing = new Part("mining", TimeSpan.Zero, 0);
        while (!process.HasExited && await pace.WaitForNextTickAsync())
            importing = Look(process, importing);

        if (process.ExitCode != ExitCode.Ok)
            throw new InvalidOperationException($"The import exited with {process.ExitCode}:\n{await output}");
        await mesh.CaughtUp(TimeSpan.FromMinutes(5));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var parts = new List<Part> { importing };
        foreach (var ((name, service), spent) in processes.Zip(before))
        {
            using (service)
            {
                service.Refresh();
                parts.Add(new(name, service.TotalProcessorTime - spent, service.PeakWorkingSet64 / 1e6));
            }
        }

        return (seconds, parts);
    }

    /// <summary>Samples the importing process; a process that has exited meanwhile has no memory figures.</summary>
    private static Part Look(Process process, Part before)
    {
        try
        {
            process.Refresh();
            return before with { Processor = process.TotalProcessorTime, Peak_MB = Math.Max(before.Peak_MB, process.PeakWorkingSet64 / 1e6) };
        }
        catch (InvalidOperationException)
        {
            return before;
        }
    }

    private static void WriteFiles(string folder, int rows)
    {
        const int projects = 500;
        const int investors = 200;
        string[] instruments = ["equity", "loan", "grant", "offtake"];
        string[] statuses = ["committed", "committed", "committed", "pledged", "disbursed"];
        var random = new Random(6);
        File.WriteAllLines(Path.Combine(folder, "projects.csv"), Enumerable.Range(0, projects).Select(number => $"bulk-{number},Bulk {number},Mining plc,mining,FI,,,lithium,feasibility,,,,,2028,https://example.org,stored-source")
            .Prepend("project_id,name,operator,kind,country,latitude,longitude,minerals,stage,capex_amount,capex_currency,planned_output_t_per_year,output_product,planned_first_production,source,confidence"));
        File.WriteAllLines(Path.Combine(folder, "investors.csv"), Enumerable.Range(0, investors).Select(number => $"bulk-{number},Bulk {number},{(number % 2 == 0 ? "US" : "DE")},company,https://example.org,stored-source")
            .Prepend("investor_id,name,country,kind,source,confidence"));
        File.WriteAllLines(Path.Combine(folder, "commitments.csv"), Enumerable.Range(0, rows).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $"bulk-{number},bulk-{random.Next(investors)},bulk-{random.Next(projects)},{instruments[random.Next(4)]},{random.Next(1, 1000)}00000,USD,{statuses[random.Next(5)]},2025-0{random.Next(1, 10)}-11,,https://example.org,stored-source"))
            .Prepend("commitment_id,investor_id,project_id,instrument,amount,currency,status,date,note,source,confidence"));
    }

    /// <summary>The processor time and peak memory of a process.</summary>
    private sealed record Part(string Name, TimeSpan Processor, double Peak_MB);
}
