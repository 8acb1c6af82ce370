using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging;

namespace Mining.Platform.Storage;

/// <summary>Chooses the database by the connection string: SQL Server if it names a server or a database, otherwise SQLite.</summary>
public static class DatabaseChoice
{
    private static readonly string[] OfServer = ["Server", "Address", "Addr", "Network Address", "Initial Catalog", "Database"];

    /// <exception cref="ArgumentException">The text is not a connection string.</exception>
    public static bool IsSqlServer(string connectionString)
    {
        var words = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return OfServer.Any(words.ContainsKey);
    }

    /// <summary>Creates the database for a connection string, without opening it.</summary>
    public static Database Of(string connectionString, TimeProvider time, ILoggerFactory logs) => IsSqlServer(connectionString)
        ? new SqlServerDatabase(connectionString, time, logs.CreateLogger<SqlServerDatabase>())
        : new SqliteDatabase(connectionString, logs.CreateLogger<SqliteDatabase>());

    /// <summary>The file of an embedded database; null for a server.</summary>
    public static string? FileOf(string connectionString) =>
        IsSqlServer(connectionString) ? null : new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(connectionString).DataSource;

    /// <summary>The problem of a connection string, or null. Does not include the text, which may contain a password.</summary>
    public static string? ProblemOf(string connectionString)
    {
        try
        {
            if (!IsSqlServer(connectionString))
                return new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(connectionString).DataSource.Length > 0 ? null : "names no Data Source";
            var server = new SqlConnectionStringBuilder(connectionString);
            return server.DataSource.Length == 0 ? "names no Server" : server.InitialCatalog.Length == 0 ? "names no Database" : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return $"cannot be read ({exception.Message})";
        }
    }
}
