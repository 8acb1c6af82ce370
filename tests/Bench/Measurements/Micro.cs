using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Gateway.Features;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;

namespace Mining.Bench.Measurements;

/// <summary>The parts of the read side one by one, with BenchmarkDotNet, in this process: where the time of a call is spent.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1515:Make types internal", Justification = "BenchmarkDotNet calls it.")]
public class Micro
{
    private static int size;

    private readonly GetPortfolioSummary feature = new(new HealthRules());
    private readonly DataSet data = new(size);
    private readonly Random random = new(5);
    private PortfolioModel model = new();
    private PortfolioSnapshot snapshot = PortfolioSnapshot.Empty;
    private IEnumerator<DateOnly> days = PastDates.DaysNeverAsked().GetEnumerator();
    private int number;

    internal static Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        size = stage.Size(100_000);
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromMinutes(5), logOutput: false)))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Directory.CreateTempSubdirectory("mining-bench-micro-").FullName);
        var summary = BenchmarkRunner.Run<Micro>(config);
        var lines = summary.Reports.Select(report => new Line(
            $"micro, {size:N0} commitments: {report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo}",
            new((report.ResultStatistics ?? throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} failed.")).Median / 1000, "µs"),
            new(report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0, "B", "allocated"))).ToList();
        Directory.Delete(config.ArtifactsPath, recursive: true);
        return Task.FromResult<IReadOnlyList<Line>>(lines);
    }

    [GlobalSetup]
    public void SetUp()
    {
        model = PastDates.ModelOf(data);
        snapshot = model.Publish();
        feature.Answer(snapshot, new(), DataSet.Today, []);
    }

    [Benchmark(Description = "cached summary")]
    public object CachedSummary() => feature.Answer(snapshot, new(), DataSet.Today, []);

    [Benchmark(Description = "a change applied and published")]
    public object Change()
    {
        model.Apply(data.Next(random.Next(size), ++number, size));
        return model.Publish();
    }

    [Benchmark(Description = "a change applied, published, and in the next summary")]
    public object ChangeAndSummary() => feature.Answer((PortfolioSnapshot)Change(), new(), DataSet.Today, []);

    [Benchmark(Description = "summary of a new past date")]
    public object Past()
    {
        if (!days.MoveNext())
        {
            days = PastDates.DaysNeverAsked().GetEnumerator();
            days.MoveNext();
            snapshot = PastDates.SnapshotOf(data);
        }

        return feature.Answer(snapshot, PastDates.AsOf(days.Current), DataSet.Today, []);
    }
}
