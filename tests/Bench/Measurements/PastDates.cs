using System.Data.Common;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Gateway.Features;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;

namespace Mining.Bench.Measurements;

/// <summary>
/// A summary as of a day not queried before, and the summary of today, compared with databases that hold the same figures in memory: ours
/// includes pipeline health and its reasons, theirs only the sums of the shares.
/// </summary>
internal static class PastDates
{
    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var size = stage.Size(1_000_000);
        var data = new DataSet(size);
        var snapshot = SnapshotOf(data);
        using var duck = FigureRow.InDuckDb(FigureRow.Of(data));
        using var lite = FigureRow.InSqlite(FigureRow.Of(data));
        var feature = new GetPortfolioSummary(new HealthRules());
        var days = DaysNeverAsked().GetEnumerator();
        double Past() => Stage.Milliseconds(() => feature.Answer(snapshot, AsOf(Next(days)), DataSet.Today, []));
        double Present() => TimesThousand(() => feature.Answer(snapshot, new(), DataSet.Today, [])) / 1000;
        WarmUp(feature);
        Past();
        Present();
        Run(duck, Next(days));

        // No day is queried twice, so the order within a pair does not matter.
        var past = await stage.Interleave(Past, () => Run(duck, Next(days)));
        var processor = await stage.Interleave(
            () => Stage.ProcessorMilliseconds(() => feature.Answer(snapshot, AsOf(Next(days)), DataSet.Today, [])),
            () => Stage.ProcessorMilliseconds(() => Run(duck, Next(days))));
        var duckNow = await stage.Interleave(Present, () => Run(duck, DataSet.Today));
        var liteNow = await stage.Interleave(Present, () => Run(lite, DataSet.Today), count: 1);
        return
        [
            Line.Faster($"summary of a new past date, {size:N0}", "ms", "sums of the shares in DuckDB", past, Goal.AtLeast(5), "in process on both sides; ours with pipeline health"),
            Line.Faster("CPU time of the same", "ms", "sums of the shares in DuckDB", processor),
            Line.Faster($"summary of today, {size:N0}, in process", "ms", "GROUP BY in DuckDB", duckNow, Goal.AtLeast(100), "in process on both sides"),
            Line.Faster($"summary of today, {size:N0}, in process", "ms", "GROUP BY in SQLite", liteNow, Goal.AtLeast(100), "in process on both sides"),
        ];
    }

    /// <summary>Warms up on small data until the code is fully compiled, as in a long-running process.</summary>
    private static void WarmUp(GetPortfolioSummary feature)
    {
        const int calls = 200;
        var snapshot = SnapshotOf(new DataSet(20_000));
        foreach (var day in DaysNeverAsked().Take(calls))
            feature.Answer(snapshot, AsOf(day), DataSet.Today, []);
    }

    /// <summary>The read model of a data set.</summary>
    public static PortfolioSnapshot SnapshotOf(DataSet data) => ModelOf(data).Publish();

    public static PortfolioModel ModelOf(DataSet data)
    {
        var model = new PortfolioModel();
        foreach (var change in data.All())
            model.Apply(change);
        return model;
    }

    public static Portfolio.V1.GetPortfolioSummaryRequest AsOf(DateOnly day) =>
        new() { Query = new() { AsOf = new() { Year = day.Year, Month = day.Month, Day = day.Day } } };

    /// <summary>Past days, each once.</summary>
    public static IEnumerable<DateOnly> DaysNeverAsked()
    {
        var random = new Random(1);
        return Enumerable.Range(1, 3_000).Select(ago => DataSet.Today.AddDays(-ago)).OrderBy(_ => random.Next()).ToList();
    }

    private static DateOnly Next(IEnumerator<DateOnly> days) => days.MoveNext() ? days.Current : throw new InvalidOperationException("No unused day is left.");

    private static double TimesThousand(Action action) => Stage.Milliseconds(() =>
    {
        for (var i = 0; i < 1_000; i++)
            action();
    });

    private static double Run(DbConnection connection, DateOnly day) => Stage.Milliseconds(() =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = FigureRow.Summary.Replace("$day", Load.Text(day.DayNumber), StringComparison.Ordinal);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            // Fetches all rows.
        }
    });
}
