using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Mining.Bench.Frame;
using Mining.Projects.V1;
using Stage = Mining.Bench.Frame.Stage;

namespace Mining.Bench.Measurements;

/// <summary>
/// Durable writes at one service, over the wire: 64 callers share transactions and so syncs of the disk, one caller has each for itself.
/// Besides, bare inserts of the same rows with the same durability, on the same disk, in the same run, in transactions of 64 and of one:
/// that is what the disk and SQLite allow.
/// </summary>
internal static class DurableWrites
{
    private const int Callers = 64;

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        await using var mesh = await Stage.Mesh();
        var client = new ProjectService.ProjectServiceClient(mesh.Projects.Channel);
        // The service compiles itself in its first seconds, and that is not what is to be known.
        await Write(client, "warm-up", Callers, 4 * stage.RoundLength);
        var folder = Directory.CreateTempSubdirectory("mining-bench-");
        try
        {
            var (many, bare, latency) = (new List<(double, double)>(), new List<(double, double)>(), new List<(double, double)>());
            for (var round = 0; round < stage.Rounds; round++)
            {
                var one = await Write(client, $"one-{round}", 1, stage.RoundLength);
                var all = await Write(client, $"many-{round}", Callers, stage.RoundLength);
                many.Add((all.PerSecond, one.PerSecond));
                bare.Add((all.PerSecond, BareInserts(Path.Combine(folder.FullName, $"{round}.db"), Callers, stage.RoundLength).PerSecond));
                latency.Add((one.Median_ms, BareInserts(Path.Combine(folder.FullName, $"{round}-one.db"), 1, stage.RoundLength).Median_ms));
            }

            return
            [
                Line.Compare($"durable writes, {Callers} callers", "/s", "one caller", many, Goal.AtLeast(5)),
                Line.Compare($"durable writes, {Callers} callers", "/s", $"bare inserts by {Callers}", bare, Goal.AtLeast(0.35), "a write is a record, its change and its answer: three rows on both sides"),
                Line.Compare("durable write, one caller, p50", "ms", "one bare durable insert", latency, Goal.AtMost(3)),
            ];
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Acknowledged writes a second, and how long the middle one took.</summary>
    public static async Task<(double PerSecond, double Median_ms)> Write(ProjectService.ProjectServiceClient client, string prefix, int callers, TimeSpan length)
    {
        var begin = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = new List<double>();
            for (var i = 0; Stopwatch.GetElapsedTime(begin) < length; i++)
            {
                var asked = Stopwatch.GetTimestamp();
                await client.CreateProjectAsync(new()
                {
                    ProjectId = $"{prefix}-{caller}-{i}",
                    RequestId = $"{prefix}-{caller}-{i}",
                    Project = new Project { DisplayName = "Bench", Country = "FR", Kinds = { ProjectKind.Mining } },
                });
                own.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            return own;
        })));
        return (times.Sum(own => own.Count) / Stopwatch.GetElapsedTime(begin).TotalSeconds, Ratio.Median(times.SelectMany(own => own)));
    }

    /// <summary>Writes a second, and how long the middle transaction took. For each write the record, its change and its answer, of the sizes that the service writes.</summary>
    private static (double PerSecond, double Median_ms) BareInserts(string file, int writesOfATransaction, TimeSpan length)
    {
        using var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL;");
        Execute(connection, "PRAGMA synchronous=FULL;");
        foreach (var table in (string[])["record", "change", "answer"])
            Execute(connection, $"CREATE TABLE {table} (id TEXT PRIMARY KEY, content BLOB NOT NULL);");
        var content = new byte[200];
        var written = 0;
        var times = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < length)
        {
            times.Add(Stage.Milliseconds(() =>
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                for (var i = 0; i < writesOfATransaction; i++, written++)
                {
                    foreach (var table in (string[])["record", "change", "answer"])
                    {
                        using var insert = connection.CreateCommand();
                        insert.CommandText = $"INSERT INTO {table} (id, content) VALUES ($id, $content);";
                        insert.Parameters.AddWithValue("$id", $"projects/bench-{written}");
                        insert.Parameters.AddWithValue("$content", content);
                        insert.ExecuteNonQuery();
                    }
                }

                transaction.Commit();
            }));
        }

        return (written / Stopwatch.GetElapsedTime(begin).TotalSeconds, Ratio.Median(times));
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
