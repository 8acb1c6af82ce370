using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.SqlClient;
using Polly;
using Polly.Retry;

namespace Mining.Testing;

/// <summary>
/// The server named by <c>MINING_SQLSERVER</c>, and the test databases on it. Their names are unique over all runs and machines that share
/// it. Each database is deleted with its test; leftovers of a test are deleted when the process ends, and leftovers of a killed process
/// after a day.
/// </summary>
internal static class TestServer
{
    public const string Variable = "MINING_SQLSERVER";

    private const string Prefix = "mining_test_";

    private static readonly string Run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private static readonly ConcurrentDictionary<string, bool> Made = new();
    private static int count;

    /// <summary>The server may still count just-killed services as connected.</summary>
    private static readonly ResiliencePipeline RetryWhileInUse = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<SqlException>(),
        MaxRetryAttempts = 60,
        Delay = TimeSpan.FromMilliseconds(500),
    }).Build();

    private static readonly Lazy<bool> LeftoversDeleted = new(DeleteLeftovers);

    /// <summary>Its connection string; null: none was given.</summary>
    public static string? ConnectionString => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    /// <summary>The connection string of a new database, which the migration creates.</summary>
    public static string Make(string purpose)
    {
        _ = LeftoversDeleted.Value;
        var database = $"{Prefix}{purpose}_{Run}_{Interlocked.Increment(ref count)}";
        Made[database] = true;
        return new SqlConnectionStringBuilder(ConnectionString) { InitialCatalog = database }.ToString();
    }

    /// <summary>Deletes a database and disconnects its users; a database that was never created is no error.</summary>
    public static void Drop(string database)
    {
        SqlConnection.ClearAllPools();
        using var master = Master();
        RetryWhileInUse.Execute(() => DropNow(master, database));
        Made.TryRemove(database, out _);
    }

    /// <summary>Once per process: deletes leftovers of earlier processes, and arranges the deletion of this one's.</summary>
    private static bool DeleteLeftovers()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var database in Made.Keys)
                Drop(database);
        };
        using var master = Master();
        foreach (var database in Left(master))
            TryDrop(master, database);
        return true;
    }

    private static void DropNow(SqlConnection master, string database)
    {
        if (Execute(master, "SELECT DB_ID(@name)", database) is null or DBNull)
            return;
        try
        {
            Execute(master, $"ALTER DATABASE [{database}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
        }
        catch (SqlException)
        {
            // Not every server can disconnect the others; they disconnect when their processes have ended.
        }

        Execute(master, $"DROP DATABASE [{database}]");
    }

    private static void TryDrop(SqlConnection master, string database)
    {
        try
        {
            DropNow(master, database);
        }
        catch (SqlException)
        {
            // It is in use after all, or belongs to another login.
        }
    }

    /// <summary>Test databases older than any run.</summary>
    private static List<string> Left(SqlConnection master)
    {
        using var command = master.CreateCommand();
        command.CommandText = $"SELECT name FROM sys.databases WHERE name LIKE '{Prefix.Replace("_", "!_", StringComparison.Ordinal)}%' ESCAPE '!' AND create_date < DATEADD(day, -1, GETDATE())";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    private static object? Execute(SqlConnection master, string sql, string? name = null)
    {
        using var command = master.CreateCommand();
        command.CommandText = sql;
        if (name is not null)
            command.Parameters.AddWithValue("@name", name);
        return command.ExecuteScalar();
    }

    private static SqlConnection Master()
    {
        var master = new SqlConnection(new SqlConnectionStringBuilder(ConnectionString) { InitialCatalog = "master", Pooling = false }.ToString());
        master.Open();
        return master;
    }
}
