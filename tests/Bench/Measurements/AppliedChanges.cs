using System.Diagnostics;
using Google.Protobuf;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Investors.V1;
using Mining.Platform.Bus;

namespace Mining.Bench.Measurements;

/// <summary>
/// The cost of a change in the gateway: to apply it, compared with only decoding its bytes; and until the next summary includes it.
/// </summary>
internal static class AppliedChanges
{
    private const int OneByOne = 200;

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var (most, few) = (stage.Size(1_000_000), stage.Size(1_000));
        var bytes = new DataSet(stage.Size(100_000)).All().Chunk(500).Select(changes => new ReadChangesResponse { Changes = { changes } }.ToByteArray()).ToList();
        var count = (double)bytes.Sum(run => ReadChangesResponse.Parser.ParseFrom(run).Changes.Count);
        double PerSecond(Action action) => count / Stage.Milliseconds(action) * 1000;
        for (var warm = 0; warm < 2; warm++)
        {
            Apply(bytes);
            Decode(bytes);
        }

        var applied = await stage.Interleave(() => PerSecond(() => Apply(bytes)), () => PerSecond(() => Decode(bytes)));

        var (large, little) = (new Changing(most), new Changing(few));
        large.Run(3 * OneByOne);
        little.Run(3 * OneByOne);
        var oneByOne = await stage.Interleave(() => large.Run(OneByOne), () => little.Run(OneByOne));
        return
        [
            Line.Compare("changes applied and published while catching up", "/s", "decoding the same bytes", applied, Goal.AtLeast(0.5)),
            Line.Compare($"one change, published and in the next summary, {most:N0}", "ms", $"at {few:N0}", oneByOne, Goal.MaxRatio(1.5), "in process; both over 5 000 projects"),
        ];
    }

    private static void Apply(List<byte[]> runs)
    {
        var model = new PortfolioModel();
        var shown = Stopwatch.GetTimestamp();
        foreach (var run in runs)
        {
            model.Apply(ReadChangesResponse.Parser.ParseFrom(run).Changes);
            if (Stopwatch.GetElapsedTime(shown) < ChangeConsumer.MaxPublishDelay)
                continue;
            model.Publish();
            shown = Stopwatch.GetTimestamp();
        }

        model.Publish();
    }

    private static void Decode(List<byte[]> runs)
    {
        foreach (var run in runs)
        {
            foreach (var change in ReadChangesResponse.Parser.ParseFrom(run).Changes)
            {
                if (change.State.TypeUrl.EndsWith("Commitment", StringComparison.Ordinal))
                    Commitment.Parser.ParseFrom(change.State.Value);
            }
        }
    }

    /// <summary>A read model that gets changes one by one, with a summary after each.</summary>
    private sealed class Changing(int size)
    {
        private readonly DataSet data = new(size);
        private readonly PortfolioModel model = PastDates.ModelOf(new DataSet(size));
        private readonly GetPortfolioSummary feature = new(new HealthRules());
        private readonly Random random = new(3);
        private int number;

        /// <summary>Milliseconds per change.</summary>
        public double Run(int times)
        {
            var changes = Enumerable.Range(0, times).Select(_ => data.Next(random.Next(size), ++number, size)).ToList();
            return Stage.Milliseconds(() =>
            {
                foreach (var change in changes)
                {
                    model.Apply(change);
                    feature.Answer(model.Publish(), new(), DataSet.Today, []);
                }
            }) / times;
        }
    }
}
