using System.Data.Common;
using Google.Protobuf;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Bench.Measurements;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Portfolio.V1;
using HealthRules = Mining.Gateway.Health.HealthRules;

namespace Mining.Bench.Checks;

/// <summary>Checks summaries against sums computed by two databases, and against a read model without caches.</summary>
internal static class SummaryCheck
{
    private const int Size = 3_000;
    private const int Days = 25;
    private const int ManyChanges = 150;

    private static readonly GetPortfolioSummary Feature = new(new HealthRules());

    /// <summary>Exchange rates to the euro: those of the data set, written a second time.</summary>
    private static readonly Dictionary<string, decimal> RatesOf2015 = new()
    {
        ["USD"] = 1.10m,
        ["AUD"] = 1.63m,
        ["CAD"] = 1.47m,
        ["NOK"] = 11.4m,
        ["GBP"] = 0.85m,
        ["PLN"] = 4.3m,
        ["CZK"] = 24.9m,
    };

    public static Task AgainstDatabases()
    {
        var data = new DataSet(Size);
        var snapshot = PastDates.SnapshotOf(data);
        using var duck = FigureRow.InDuckDb(FigureRow.Of(data));
        using var lite = FigureRow.InSqlite(FigureRow.Of(data));
        foreach (var day in PastDates.DaysNeverAsked().Take(Days).Append(DataSet.Today))
        {
            var answer = Feature.Answer(snapshot, PastDates.AsOf(day), DataSet.Today, []);
            foreach (var connection in (DbConnection[])[duck, lite])
                Compare(answer, Rows(connection, day), day, connection.GetType().Name);
        }

        return Task.CompletedTask;
    }

    public static Task AfterEachChange()
    {
        var data = new DataSet(Size);
        var model = PastDates.ModelOf(data);
        var all = data.All().ToList();
        var random = new Random(9);
        for (var number = 1; number <= ManyChanges; number++)
        {
            var change = data.Next(random.Next(Size), number, Size);
            all.Add(change);
            model.Apply(change);
            var kept = Feature.Answer(model.Publish(), new(), DataSet.Today, []);
            if (number % 10 > 0)
                continue;
            var recomputed = new PortfolioModel();
            all.ForEach(known => recomputed.Apply(known));
            WrongAnswerException.ThrowUnless(kept.ToByteString().Equals(Feature.Answer(recomputed.Publish(), new(), DataSet.Today, []).ToByteString()), $"after {number} changes.");
        }

        return Task.CompletedTask;
    }

    /// <summary>One aggregated row of a database.</summary>
    private sealed record Sum(int Instrument, int Measure, string Currency, bool IsJoint, bool IsAdditive, long Count, long Undisclosed, long Undated, long[] Sides);

    private static List<Sum> Rows(DbConnection connection, DateOnly day)
    {
        using var command = connection.CreateCommand();
        command.CommandText = FigureRow.Summary.Replace("$day", Load.Text(day.DayNumber), StringComparison.Ordinal);
        using var reader = command.ExecuteReader();
        var rows = new List<Sum>();
        while (reader.Read())
        {
            rows.Add(new Sum(
                (int)Number(0), (int)Number(1), reader.GetString(2), Number(3) != 0, Number(4) != 0, Number(5), Number(6), Number(7), [Number(8), Number(9), Number(10)]));
        }

        return rows;

        long Number(int column) => reader.GetValue(column) is System.Numerics.BigInteger big ? (long)big : Convert.ToInt64(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Compare(PortfolioSummary answer, List<Sum> rows, DateOnly day, string database)
    {
        for (var measure = 0; measure < 3; measure++)
        {
            var funded = rows.Where(row => row.Measure == measure && row.IsAdditive && row.Instrument <= 4).ToList();
            Same(answer.AllProjects[measure], funded);
            Same(answer.JointProjects[measure], funded.Where(row => row.IsJoint).ToList());
            foreach (var figures in answer.Instruments)
                Same(figures.Measures[measure], funded.Where(row => row.Instrument == (int)figures.Instrument).ToList());
            foreach (var support in answer.ContingentSupport.Where(support => (int)support.Measure == measure + 1))
            {
                var contingent = rows.Where(row => row.Measure == measure && row.Instrument == (int)support.Instrument).ToList();
                Equal(support.CommitmentCount, contingent.Sum(row => row.Count), $"{support.Instrument} commitments");
                SameSides(support.Sides, contingent);
            }
        }

        Equal(answer.NonAdditiveCount, rows.Where(row => row.Measure == 0 && !row.IsAdditive).Sum(row => row.Count), "not additive");

        void Same(ShareTable table, List<Sum> sums)
        {
            Equal(table.CommitmentCount, sums.Sum(row => row.Count), "commitments");
            Equal(table.UndisclosedCount, sums.Sum(row => row.Undisclosed), "undisclosed");
            Equal(table.UndatedCount, sums.Sum(row => row.Undated), "undated");
            SameSides(table.Sides, sums);
        }

        void SameSides(IEnumerable<SideFigure> sides, List<Sum> sums)
        {
            foreach (var (place, side) in sides.Index())
            {
                var major = sums.GroupBy(row => row.Currency).Sum(of => of.Sum(row => (decimal)row.Sides[place]) / 100 / PerEuro(of.Key, day));
                Equal((side.Amount.Units * 100) + (side.Amount.Nanos / 10_000_000), (long)decimal.Round(major * 100, 0, MidpointRounding.ToEven), $"cents of {side.SideId}");
            }
        }

        void Equal(long ours, long theirs, string what) => WrongAnswerException.ThrowUnless(ours == theirs, $"{what} at {day:yyyy-MM-dd}: {ours}, but {theirs} in {database}.");
    }

    private static decimal PerEuro(string currency, DateOnly day) => currency == "EUR" ? 1 : RatesOf2015[currency] + ((day.Year - 2015) * 0.0013m);
}
