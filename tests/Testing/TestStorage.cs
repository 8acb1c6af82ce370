using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Storage;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// On which database a test runs: on SQLite, or on the server that <c>MINING_SQLSERVER</c> names (a connection string; the login must be
/// allowed to make databases). Suites run on both; where no server is named, the second half is shown as skipped.
/// </summary>
public sealed class TestStorage
{
    private const string Variable = "MINING_SQLSERVER";

    public static readonly TestStorage Sqlite = new("SQLite");

    public static readonly TestStorage SqlServer = new("SQL Server");

    private static int count;
    private readonly string name;

    private TestStorage(string name) => this.name = name;

    /// <summary>The connection string of the server, or null.</summary>
    private static string? Server => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    /// <summary>Skips the test when there is no such database here.</summary>
    public TestStorage OrSkip()
    {
        if (this == SqlServer && Server is null)
            Assert.Skip($"{Variable} is not set: no SQL Server to run on.");
        return this;
    }

    /// <summary>A new database, for one test.</summary>
    public TestDatabase Make(string purpose)
    {
        if (this == Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory($"mining-{purpose}-").FullName;
            return new TestDatabase($"Data Source={Path.Combine(folder, purpose + ".db")}", folder);
        }

        var database = $"mining_test_{purpose}_{Environment.ProcessId}_{Interlocked.Increment(ref count)}";
        var made = new TestDatabase(new SqlConnectionStringBuilder(Server) { InitialCatalog = database }.ToString(), folder: null);
        made.Drop(); // what a test that was killed has left
        return made;
    }

    public override string ToString() => name;
}

/// <summary>A database of one test; it goes with the test.</summary>
/// <param name="connectionString">Where it is.</param>
/// <param name="folder">The folder of its files; null on a server.</param>
public sealed class TestDatabase(string connectionString, string? folder) : IDisposable
{
    public string ConnectionString => connectionString;

    /// <summary>Whether it is on a server.</summary>
    public bool IsOnServer => folder is null;

    /// <summary>The database as a service opens it.</summary>
    public Database Open() => DatabaseChoice.Of(connectionString, TimeProvider.System, NullLoggerFactory.Instance);

    public void Dispose()
    {
        if (folder is null)
        {
            Drop();
            return;
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    internal void Drop()
    {
        SqlConnection.ClearAllPools();
        var builder = new SqlConnectionStringBuilder(connectionString);
        var database = builder.InitialCatalog;
        builder.InitialCatalog = "master";
        builder.Pooling = false;
        using var master = new SqlConnection(builder.ToString());
        master.Open();
        using var command = master.CreateCommand();
        // Not every server can throw the others out; then the test has left none.
        command.CommandText = $"""
            IF DB_ID('{database}') IS NOT NULL
            BEGIN
              BEGIN TRY EXEC ('ALTER DATABASE [{database}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE') END TRY BEGIN CATCH END CATCH;
              EXEC ('DROP DATABASE [{database}]');
            END
            """;
        command.ExecuteNonQuery();
    }
}
