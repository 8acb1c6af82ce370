using DuckDB.NET.Data;
using Microsoft.Data.Sqlite;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;
using WireDate = Google.Type.Date;
using WireMoney = Google.Type.Money;

namespace Mining.Bench.Data;

/// <summary>
/// The same commitments as rows of a table that suits a columnar scan best: one row per measure and range of days with a constant amount,
/// already split by side. The database only selects the day and adds up. Written from the protos' comments alone, so that this computation
/// shares nothing with the gateway.
/// </summary>
internal sealed record FigureRow(
    int Project, int Instrument, string Currency, int Measure, int FromDay, int ToDay, bool IsAdditive, bool IsUndisclosed, bool IsUndated, long Eu, long Outside, long Us)
{
    public const string Columns =
        "project INTEGER, instrument INTEGER, currency VARCHAR, measure INTEGER, from_day INTEGER, to_day INTEGER, additive BOOLEAN, undisclosed BOOLEAN, undated BOOLEAN, eu BIGINT, outside BIGINT, us BIGINT";

    /// <summary>The sums of a summary on a day.</summary>
    public const string Summary =
        """
        WITH present AS (SELECT * FROM figure WHERE from_day <= $day AND $day < to_day),
        joint AS (
            SELECT project, measure FROM present WHERE additive AND instrument <= 4
            GROUP BY project, measure HAVING SUM(eu) > 0 AND SUM(us) > 0)
        SELECT instrument, present.measure, currency, joint.project IS NOT NULL AS is_joint, additive, COUNT(*) AS commitments,
            SUM(CASE WHEN undisclosed THEN 1 ELSE 0 END) AS undisclosed, SUM(CASE WHEN undated THEN 1 ELSE 0 END) AS undated,
            SUM(eu) AS eu, SUM(outside) AS outside, SUM(us) AS us
        FROM present LEFT JOIN joint ON joint.project = present.project AND joint.measure = present.measure
        GROUP BY instrument, present.measure, currency, is_joint, additive
        """;

    public static IEnumerable<FigureRow> Of(DataSet data)
    {
        var investors = new Dictionary<string, Investor>();
        foreach (var change in data.Of("investors"))
        {
            if (change.State.TryUnpack<Investor>(out var investor))
                investors[investor.Name] = investor;
            else if (change.State.TryUnpack<Commitment>(out var commitment))
                foreach (var row in Of(commitment, WeightsOf(investors[commitment.Investor])))
                    yield return row;
        }
    }

    public static DuckDBConnection InDuckDb(IEnumerable<FigureRow> rows)
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var create = connection.CreateCommand();
        create.CommandText = $"CREATE TABLE figure ({Columns})";
        create.ExecuteNonQuery();
        using var appender = connection.CreateAppender("figure");
        foreach (var row in rows)
        {
            appender.CreateRow().AppendValue(row.Project).AppendValue(row.Instrument).AppendValue(row.Currency).AppendValue(row.Measure)
                .AppendValue(row.FromDay).AppendValue(row.ToDay).AppendValue(row.IsAdditive).AppendValue(row.IsUndisclosed).AppendValue(row.IsUndated)
                .AppendValue(row.Eu).AppendValue(row.Outside).AppendValue(row.Us).EndRow();
        }

        return connection;
    }

    public static SqliteConnection InSqlite(IEnumerable<FigureRow> rows)
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var create = connection.CreateCommand();
        create.CommandText = $"CREATE TABLE figure ({Columns})";
        create.ExecuteNonQuery();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO figure VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        var parameters = Enumerable.Range(1, 12).Select(number => insert.Parameters.Add(new SqliteParameter($"${number}", null))).ToArray();
        foreach (var row in rows)
        {
            object[] values = [row.Project, row.Instrument, row.Currency, row.Measure, row.FromDay, row.ToDay, row.IsAdditive, row.IsUndisclosed, row.IsUndated, row.Eu, row.Outside, row.Us];
            for (var i = 0; i < values.Length; i++)
                parameters[i].Value = values[i];
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
        return connection;
    }

    private static IEnumerable<FigureRow> Of(Commitment commitment, long[] weights)
    {
        const int never = int.MaxValue;
        var payments = commitment.Disbursements.Select(payment => (Day: DayOf(payment.Date), Amount: MinorUnits(payment.Amount))).ToArray();
        var announced = DayOf(commitment.AnnouncementDate);
        var signed = commitment.Signing is null ? (payments.Length > 0 ? 0 : never) : DayOf(commitment.Signing.Date);
        var firstPaid = payments.Where(payment => payment.Day > 0).Select(payment => payment.Day).DefaultIfEmpty(never).Min();
        var pledgedFrom = Math.Min(announced, Math.Min(signed == 0 ? never : signed, firstPaid));
        var committedFrom = signed == never ? never : Math.Max(pledgedFrom, Math.Min(signed, firstPaid));
        var cancelled = commitment.Cancellation is null ? never : DayOf(commitment.Cancellation.Date);
        (int Day, long? Amount)[] amounts = commitment.AmountHistory.Count == 0
            ? [(0, MinorUnits(commitment.Amount))]
            : [.. commitment.AmountHistory.Select(entry => (DayOf(entry.EffectiveDate), MinorUnits(entry.Amount)))];

        // Amounts change only on these days.
        int[] days = [.. new[] { pledgedFrom, committedFrom, cancelled }.Concat(amounts.Select(entry => entry.Day)).Concat(payments.Select(payment => Math.Max(payment.Day, committedFrom)))
            .Where(day => day >= pledgedFrom && day != never).Append(pledgedFrom).Distinct().Order()];
        for (var i = 0; i < days.Length; i++)
        {
            var (day, end) = (days[i], i + 1 < days.Length ? days[i + 1] : never);
            var paid = payments.Where(payment => Math.Max(payment.Day, committedFrom) <= day).ToArray();
            long? paidSum = paid.Any(payment => payment.Amount is null) ? null : paid.Sum(payment => payment.Amount!.Value);
            var amount = amounts.Where(entry => entry.Day <= day).Select(entry => entry.Amount).DefaultIfEmpty(amounts[0].Amount).Last();
            var isCancelled = cancelled <= day;
            if (!isCancelled || paid.Length > 0)
                yield return Row(0, day, end, isCancelled ? paidSum : amount);
            if (isCancelled ? paid.Length > 0 : committedFrom <= day)
                yield return Row(1, day, end, isCancelled ? paidSum : amount);
            if (paid.Length > 0)
                yield return Row(2, day, end, paidSum);
        }

        FigureRow Row(int measure, int from, int to, long? amount)
        {
            var isAdditive = commitment.CountingBasis is CountingBasis.Additive or CountingBasis.Unspecified;
            var parts = amount is { } known && isAdditive ? LargestRemainder.Split(known, weights) : [0, 0, 0];
            return new FigureRow(
                int.Parse(commitment.Project[^5..], System.Globalization.CultureInfo.InvariantCulture), (int)commitment.Instrument, commitment.CurrencyCode, measure, from, to,
                isAdditive, amount is null, commitment.AnnouncementDate is null, parts[0], parts[1], parts[2]);
        }
    }

    /// <summary>Parts per million of EU, OUTSIDE and US.</summary>
    private static long[] WeightsOf(Investor investor)
    {
        var weights = new long[3];
        var left = 1_000_000L;
        foreach (var owner in investor.BeneficialOwners)
        {
            weights[SideOf(owner.Country)] += owner.SharePpm;
            left -= owner.SharePpm;
        }

        weights[SideOf(investor.Country)] += left;
        return weights;
    }

    private static int SideOf(string country) => country switch
    {
        "EU" or "DE" or "FR" or "FI" or "PL" => 0,
        "US" => 2,
        _ => 1,
    };

    /// <summary>Days since year 1; 0: unknown, so it counts at every date.</summary>
    private static int DayOf(WireDate? date) => date is null ? 0 : new DateOnly(date.Year, Math.Max(1, date.Month), Math.Max(1, date.Day)).DayNumber;

    /// <summary>All currencies of the data set have two decimals.</summary>
    private static long? MinorUnits(WireMoney? money) => money is null ? null : (money.Units * 100) + (money.Nanos / 10_000_000);
}
