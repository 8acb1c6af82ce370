using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Storage;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// The kind of database of a test: SQLite, or the server named by <c>MINING_SQLSERVER</c> (a connection string; the login must be allowed
/// to create databases). Suites run on both; without a server, the second half is reported as skipped.
/// </summary>
public sealed class TestStorage
{
    public static readonly TestStorage Sqlite = new("SQLite");

    public static readonly TestStorage SqlServer = new("SQL Server");

    private readonly string name;

    private TestStorage(string name) => this.name = name;

    /// <summary>Whether this kind of database is available. Shared fixtures start nothing if it is not.</summary>
    public bool IsAvailable => this == Sqlite || TestServer.ConnectionString is not null;

    /// <summary>Skips the test if this kind of database is not available.</summary>
    public TestStorage SkipUnlessAvailable()
    {
        if (!IsAvailable)
            Assert.Skip($"{TestServer.Variable} is not set: no SQL Server to run on.");
        return this;
    }

    /// <summary>A new database for one test.</summary>
    public TestDatabase Make(string purpose)
    {
        if (this == SqlServer)
            return new TestDatabase(TestServer.Make(purpose), folder: null);
        var folder = Directory.CreateTempSubdirectory($"mining-{purpose}-").FullName;
        return new TestDatabase($"Data Source={Path.Combine(folder, purpose + ".db")}", folder);
    }

    public override string ToString() => name;
}

/// <summary>A database of one test, deleted with the test.</summary>
/// <param name="connectionString">Its connection string.</param>
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
            TestServer.Drop(new SqlConnectionStringBuilder(connectionString).InitialCatalog);
            return;
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
