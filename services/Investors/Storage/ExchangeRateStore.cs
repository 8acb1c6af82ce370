using Dapper;
using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Investors.Storage;

/// <summary>Exchange rates in the database, one row per day.</summary>
public sealed class ExchangeRateStore(Database database)
{
    /// <summary>A key that sorts after every day.</summary>
    public const string AfterAll = "9999-99-99";

    /// <summary>Loads a day's table for a command, or null.</summary>
    public static async Task<ExchangeRateTable?> Find(UnitOfWork work, DateOnly day) =>
        await work.ReadOne<byte[]>("SELECT state FROM exchange_rate_table WHERE day = @day", new { day = Text(day) }) is { } state
            ? ExchangeRateTable.Parser.ParseFrom(state)
            : null;

    /// <summary>Records a change of a day's table and stores it.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The table as it was; null if it is new.</param>
    /// <param name="after">The table as it will be.</param>
    public static async Task<ExchangeRateTable> Save(UnitOfWork work, ExchangeRateTable? before, ExchangeRateTable after)
    {
        await work.Record(before, after);
        await work.Execute(
            before is null
                ? "INSERT INTO exchange_rate_table (day, version, state) VALUES (@Day, @Version, @State)"
                : "UPDATE exchange_rate_table SET version = @Version, state = @State WHERE day = @Day",
            new { Day = ResourceNames.ExchangeRateTables.Id(after.Name), after.Version, State = after.ToByteArray() });
        return after;
    }

    /// <summary>Reads the tables in a range of days and before another day, latest first.</summary>
    public async Task<IReadOnlyList<ExchangeRateTable>> List(
        DateOnly from, DateOnly to, string before, int limit, CancellationToken cancellation)
    {
        var rows = await database.Read(
            connection => connection.QueryAsync<byte[]>(
                $"""
                SELECT state FROM exchange_rate_table
                WHERE day >= @from AND day <= @to AND day < @before ORDER BY day DESC {database.Limit}
                """,
                new { from = Text(from), to = Text(to), before, limit }),
            cancellation);
        return [.. rows.Select(ExchangeRateTable.Parser.ParseFrom)];
    }

    private static string Text(DateOnly day) => day.ToString("O", null);
}
