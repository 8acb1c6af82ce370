using System.Data;
using System.Data.Common;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mining.Platform.Storage;

/// <summary>
/// The embedded database: one file with a write-ahead log. Every commit is on disk before it is acknowledged (<c>synchronous=FULL</c>).
/// </summary>
public sealed class SqliteDatabase : Database
{
    private const int BusyTimeoutSeconds = 5;

    /// <summary>Commits are on disk before they are acknowledged.</summary>
    private const string Durable = "PRAGMA synchronous=FULL;";

    /// <summary>
    /// Size of the write-ahead log at which its pages are copied into the file: 8 000 pages of 4 KiB, so that a page written many times is
    /// copied once. With SQLite's default of 1 000, this would happen at every second commit under load and cost about an eighth of the
    /// service's processor time.
    /// </summary>
    private const string LongLog = "PRAGMA wal_autocheckpoint=8000;";

    private readonly string connectionString;
    private readonly string writerConnectionString;
    private readonly Migrations migrations;
    private readonly ILogger log;

    public SqliteDatabase(string connectionString, ILogger<SqliteDatabase> log)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString)
        {
            ForeignKeys = true,
            DefaultTimeout = BusyTimeoutSeconds,
        };
        this.connectionString = builder.ToString();
        builder.Pooling = false;
        writerConnectionString = builder.ToString();
        migrations = new Migrations(() => DbUp.DeployChanges.To.SqliteDatabase(this.connectionString), "Sqlite");
        this.log = log;
    }

    public override string Limit => "LIMIT @limit";

    public override string AwaitWriters => "";

    public override bool IsDisposable => true;

    private string File => new SqliteConnectionStringBuilder(connectionString).DataSource;

    public override Task<DbConnection> Open(CancellationToken cancellation) => Open(new SqliteConnection(connectionString), Durable, cancellation);

    /// <summary>
    /// Not from the pool: a connection that was opened while the file was not writable stays read-only, even when the file is writable
    /// again.
    /// </summary>
    public override Task<DbConnection> OpenToWrite(CancellationToken cancellation) =>
        Open(new PreparedStatementCache(writerConnectionString), Durable + LongLog, cancellation);

    /// <summary>
    /// Takes the write lock immediately (BEGIN IMMEDIATE), so that a transaction cannot fail halfway because another one has it.
    /// </summary>
    public override Task<DbTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false));

    /// <summary>Does not create a missing file.</summary>
    public override IReadOnlyList<Migration> Pending(Assembly service) =>
        System.IO.File.Exists(File) ? migrations.Pending(service) : migrations.All(service);

    public override void Migrate(Assembly service, string? before = null)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(File)) is { Length: > 0 } directory)
                Directory.CreateDirectory(directory);
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            connection.Execute("PRAGMA journal_mode=WAL;");
        }
        catch (SqliteException exception)
        {
            throw new DatabaseUnusableException($"The database cannot be opened ({exception.Message}). {OperatorHint(exception)}".TrimEnd(), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseUnusableException($"The database's folder cannot be created: {exception.Message}", exception);
        }

        // Replicas that start together may run the same script; the second try finds it done by the other one.
        var result = Run();
        for (var left = migrations.All(service).Count; result is not null && left > 0; left--)
            result = Run();
        if (result is { } failed)
            throw new DatabaseUnusableException(
                $"Migration {failed.ErrorScript?.Name} failed: {failed.Error.Message} {(failed.Error is DbException storage ? OperatorHint(storage) : null)}".TrimEnd(), failed.Error);

        DbUp.Engine.DatabaseUpgradeResult? Run() => migrations.Run(service, before, script => log.LogInformation("Migrated: {Script}", script));
    }

    public override void Discard()
    {
        SqliteConnection.ClearAllPools();
        foreach (var part in (string[])["", "-wal", "-shm"])
            System.IO.File.Delete(File + part);
    }

    public override Task Load(DbTransaction transaction, string table, DataTable rows, CancellationToken cancellation) =>
        throw new NotSupportedException("SQLite needs no bulk insert: there is no network round trip to save.");

    public override bool IsTransient(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: SqliteCodes.Busy or SqliteCodes.Locked };

    public override string? OperatorHint(DbException exception) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        SqliteCodes.Full => "The disk is full: free some space, and writes resume by themselves.",
        SqliteCodes.ReadOnly or SqliteCodes.CannotOpen => "The database file or its folder cannot be written: check its owner and permissions.",
        SqliteCodes.Corrupt or SqliteCodes.NotADatabase => "The database file is damaged: stop the service and restore it from a backup.",
        SqliteCodes.InputOutput => "The disk reports input or output errors: check the disk first.",
        _ => null,
    };

    private static async Task<DbConnection> Open(SqliteConnection connection, string settings, CancellationToken cancellation)
    {
        try
        {
            await connection.OpenAsync(cancellation);
            await connection.ExecuteAsync(settings);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Result codes of SQLite (https://sqlite.org/rescode.html).</summary>
    private static class SqliteCodes
    {
        public const int Busy = 5;
        public const int Locked = 6;
        public const int ReadOnly = 8;
        public const int InputOutput = 10;
        public const int Corrupt = 11;
        public const int Full = 13;
        public const int CannotOpen = 14;
        public const int NotADatabase = 26;
    }
}
