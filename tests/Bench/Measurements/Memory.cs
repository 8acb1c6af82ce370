using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Gateway.Features;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;

namespace Mining.Bench.Measurements;

/// <summary>
/// The gateway's memory per commitment when idle, after summaries of today and of a past day; and the allocations of a summary call.
/// </summary>
internal static class Memory
{
    private const int Calls = 1_000;

    public static Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var (most, few) = (stage.Size(1_000_000), stage.Size(1_000));
        var before = Published();
        var (model, bytes) = Load(most);
        var feature = new GetPortfolioSummary(new HealthRules());
        feature.Answer(model.Publish(), new(), DataSet.Today, []);
        feature.Answer(model.Publish(), PastDates.AsOf(DataSet.Today.AddDays(-1)), DataSet.Today, []);
        var each = (Published() - before) / (double)most;
        var allocations = (Allocated(feature, model.Publish()), Allocated(feature, Load(few).Model.Publish()));
        return Task.FromResult<IReadOnlyList<Line>>(
        [
            Line.Compare($"memory per commitment at rest, timelines included, of {most:N0}", "B", "bytes of its protobuf", [(each, bytes)], Goal.MaxRatio(2), "the whole read model, with projects and caches, divided by the number of commitments"),
            new Line("the same", new(each, "B"), Goal: Goal.MaxFigure(400)),
            Line.Compare($"allocation per summary call, {most:N0}, in process", "B", $"at {few:N0}", [allocations], Goal.MaxRatio(1.2), "in process, without the transport"),
        ]);
    }

    private static (PortfolioModel Model, double CommitmentBytes) Load(int size)
    {
        var model = new PortfolioModel();
        var (bytes, count) = (0L, 0);
        foreach (var change in new DataSet(size).All())
        {
            model.Apply(change);
            if (!change.Resource.StartsWith("commitments/", StringComparison.Ordinal))
                continue;
            bytes += change.State.Value.Length;
            count++;
        }

        return (model, bytes / (double)count);
    }

    private static long Allocated(GetPortfolioSummary feature, PortfolioSnapshot snapshot)
    {
        feature.Answer(snapshot, new(), DataSet.Today, []);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < Calls; call++)
            feature.Answer(snapshot, new(), DataSet.Today, []);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
    }

    private static long Published()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
