using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Mining.Projects.V1;
using Mining.Testing;

namespace Mining.Bench;

/// <summary>
/// Durable writes a second at one service, over the wire: 64 callers share transactions and so syncs of the disk, one caller has each
/// for itself. Besides, bare inserts of the same rows in transactions of 64 with the same durability, on the same disk, in the same
/// run: that is what the disk and SQLite allow.
/// </summary>
internal static class DurableWrites
{
    private const int Rounds = 5;
    private const int Callers = 64;
    private const double GoalRatio = 5;
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Line>> Measure(MeshProcesses mesh)
    {
        var client = new ProjectService.ProjectServiceClient(mesh.Projects.Channel);
        await Write(client, "warm-up", Callers);
        var folder = Directory.CreateTempSubdirectory("mining-bench-");
        try
        {
            var rounds = new List<(double One, double Many, double Bare)>();
            for (var round = 0; round < Rounds; round++)
            {
                var one = await Write(client, $"one-{round}", 1);
                var many = await Write(client, $"many-{round}", Callers);
                rounds.Add((one, many, BareInserts(Path.Combine(folder.FullName, $"{round}.db"))));
            }

            return
            [
                Compare("durable writes/s, 64 callers", rounds.ConvertAll(round => round.Many), "one caller", rounds.ConvertAll(round => round.One), GoalRatio),
                Compare("durable writes/s, 64 callers", rounds.ConvertAll(round => round.Many), "bare inserts by 64", rounds.ConvertAll(round => round.Bare), null),
            ];
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Acknowledged writes a second.</summary>
    private static async Task<double> Write(ProjectService.ProjectServiceClient client, string prefix, int callers)
    {
        var acknowledged = 0;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(begin) < RoundLength; i++)
            {
                await client.CreateProjectAsync(new()
                {
                    ProjectId = $"{prefix}-{caller}-{i}",
                    RequestId = $"{prefix}-{caller}-{i}",
                    Project = new Project { DisplayName = "Bench", Country = "FR", Kinds = { ProjectKind.Mining } },
                });
                Interlocked.Increment(ref acknowledged);
            }
        })));
        return acknowledged / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>Rows a second: for each write the record, its change and its answer, of the sizes that the service writes.</summary>
    private static double BareInserts(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL;");
        Execute(connection, "PRAGMA synchronous=FULL;");
        foreach (var table in (string[])["record", "change", "answer"])
            Execute(connection, $"CREATE TABLE {table} (id TEXT PRIMARY KEY, content BLOB NOT NULL);");
        var content = new byte[200];
        var written = 0;
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < RoundLength)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            for (var i = 0; i < Callers; i++, written++)
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
        }

        return written / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static Line Compare(string name, List<double> ours, string yardstick, List<double> theirs, double? goal)
    {
        var ratios = ours.Zip(theirs, (mine, other) => mine / other).Order().ToList();
        var median = ratios[ratios.Count / 2];
        return new Line(
            name,
            ours.Average().ToString("N0", CultureInfo.InvariantCulture) + " /s",
            $"{yardstick}: {theirs.Average().ToString("N0", CultureInfo.InvariantCulture)} /s",
            string.Create(CultureInfo.InvariantCulture, $"{median:F2} × ({ratios[0]:F2} to {ratios[^1]:F2})"),
            goal is { } least ? string.Create(CultureInfo.InvariantCulture, $"≥ {least} ×") : "–",
            goal is { } limit ? median >= limit : null);
    }
}
