using System.Data;
using System.Data.Common;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging;
using Mining.Platform.Resilience;
using Polly;
using Polly.Retry;

namespace Mining.Platform.Storage;

/// <summary>
/// SQL Server 2019 or later, or Azure SQL: the production database. Isolation level READ COMMITTED. Writers take the log's head first and
/// are thereby serialized; readers see row versions (READ_COMMITTED_SNAPSHOT) and never block.
/// </summary>
public sealed class SqlServerDatabase : Database
{
    /// <summary>Maximum time to wait for another running migration.</summary>
    public static readonly TimeSpan MigrationTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Timeout of one script.</summary>
    public static readonly TimeSpan ScriptTimeout = TimeSpan.FromMinutes(30);

    private readonly string connectionString;
    private readonly string unpooledConnectionString;
    private readonly Migrations migrations;
    private readonly ResiliencePipeline retry;
    private readonly ILogger log;

    public SqlServerDatabase(string connectionString, TimeProvider time, ILogger<SqlServerDatabase> log)
    {
        var builder = new SqlConnectionStringBuilder(connectionString) { MultipleActiveResultSets = false };
        Name = builder.InitialCatalog;
        this.connectionString = builder.ToString();
        builder.Pooling = false;
        unpooledConnectionString = builder.ToString();
        this.log = log;
        migrations = new Migrations(
            () => DbUp.DeployChanges.To.SqlDatabase(unpooledConnectionString).JournalToSqlTable("dbo", "SchemaVersions").WithExecutionTimeout(ScriptTimeout), "SqlServer");
        retry = RetryPipeline(this, time);
    }

    /// <summary>Name of the database.</summary>
    public string Name { get; }

    public override string Limit => "OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY";

    /// <summary>
    /// Reads with locks instead of row versions: a row version would show the state before a commit that is still in progress.
    /// </summary>
    public override string AwaitWriters => "WITH (READCOMMITTEDLOCK)";

    public override bool IsDisposable => false;

    /// <summary>How a read is retried after a transient error.</summary>
    public static RetryStrategyOptions RetryOptions(Database database) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<DbException>(database.IsTransient),
        MaxRetryAttempts = 4,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(50),
        MaxDelay = TimeSpan.FromSeconds(2),
    };

    /// <summary>The retry pipeline for reads.</summary>
    public static ResiliencePipeline RetryPipeline(Database database, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddJitteredRetry(RetryOptions(database), time).Build();

    public override Task<DbConnection> Open(CancellationToken cancellation) => Connect(connectionString, cancellation);

    public override async Task<DbConnection> OpenToWrite(CancellationToken cancellation)
    {
        var connection = await Connect(unpooledConnectionString, cancellation);
        try
        {
            await connection.ExecuteAsync(SqlServerStatements.PrepareWriter);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task<DbTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation) =>
        await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);

    public override Task<T> Read<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation) =>
        retry.Run(token => base.Read(read, token), cancellation);

    /// <summary>Does not create a missing database.</summary>
    public override IReadOnlyList<Migration> Pending(Assembly service) => IsThere() ? migrations.Pending(service) : migrations.All(service);

    public override void Migrate(Assembly service, string? before = null)
    {
        try
        {
            // Retried as a whole: the process that prepares a new database disconnects all others that wait there.
            retry.Execute(() => MigrateOnce(service, before));
        }
        catch (SqlException exception)
        {
            throw new DatabaseUnusableException($"The database cannot be migrated ({exception.Message}). {OperatorHint(exception)}".TrimEnd(), exception);
        }
    }

    public override void Discard() => throw new NotSupportedException("A database on a server cannot be discarded by the service.");

    public override async Task Load(DbTransaction transaction, string table, DataTable rows, CancellationToken cancellation)
    {
        using var copy = new SqlBulkCopy((SqlConnection)transaction.Connection!, SqlBulkCopyOptions.Default, (SqlTransaction)transaction) { DestinationTableName = table };
        foreach (DataColumn column in rows.Columns)
            copy.ColumnMappings.Add(column.ColumnName, column.ColumnName);
        await copy.WriteToServerAsync(rows, cancellation);
    }

    public override bool IsTransient(DbException exception) =>
        exception is SqlException server && Errors(server).Any(error => SqlServerErrors.IsTransient(error.Number, error.Class, error.Message));

    public override string? OperatorHint(DbException exception) => exception is SqlException server
        ? Errors(server).Select(error => SqlServerErrors.OperatorHint(error.Number, error.Class)).FirstOrDefault(advice => advice is not null)
        : null;

    private void MigrateOnce(Assembly service, string? before)
    {
        if (!IsThere())
            Make();
        using var guard = Connect(unpooledConnectionString);
        Lock(guard);
        if (!PrefersRowVersions(guard))
            PreferRowVersions(guard, isNew: migrations.Pending(service).Count == migrations.All(service).Count);
        if (migrations.Run(service, before, script => log.LogInformation("Migrated: {Script}", script)) is { } failed)
        {
            // For example, a script that became a deadlock victim of concurrent writers. Earlier scripts are not run again.
            if (failed.Error is SqlException passing && IsTransient(passing))
                ExceptionDispatchInfo.Throw(passing);
            throw new DatabaseUnusableException(
                $"Migration {failed.ErrorScript?.Name} failed: {failed.Error.Message} {(failed.Error is DbException storage ? OperatorHint(storage) : null)}".TrimEnd(), failed.Error);
        }
    }

    private static IEnumerable<SqlError> Errors(SqlException exception) => exception.Errors.Cast<SqlError>();

    private static async Task<DbConnection> Connect(string connectionString, CancellationToken cancellation)
    {
        var connection = new SqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static SqlConnection Connect(string connectionString)
    {
        var connection = new SqlConnection(connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The server's master database, where a login can look up and create databases.</summary>
    private SqlConnection Master() => Connect(new SqlConnectionStringBuilder(unpooledConnectionString) { InitialCatalog = "master" }.ToString());

    /// <summary>Whether the database exists. Throws if it cannot be opened for another reason.</summary>
    private bool IsThere()
    {
        try
        {
            Connect(unpooledConnectionString).Dispose();
            return true;
        }
        catch (SqlException exception) when (!Errors(exception).Any(error => error.Class >= SqlServerErrors.FatalClass))
        {
            // Servers report a missing database with different error numbers, so ask the server.
            if (IsMissing())
                return false;
            throw;
        }
    }

    private bool IsMissing()
    {
        try
        {
            using var master = Master();
            return !Has(master);
        }
        catch (SqlException)
        {
            return false; // the login may not look it up; the first error is more helpful
        }
    }

    private bool Has(SqlConnection master) => master.ExecuteScalar<int?>(SqlServerStatements.FindDatabase, new { Name }) is not null;

    /// <summary>
    /// Creates the database if the login may. Of several processes that start together, one creates it and the others find it.
    /// </summary>
    private void Make()
    {
        using var master = Master();
        Lock(master);
        if (Has(master))
            return;
        master.Execute(
            SqlServerStatements.MakeDatabase.Replace("{0}", Name.Replace("]", "]]", StringComparison.Ordinal), StringComparison.Ordinal),
            commandTimeout: (int)MigrationTimeout.TotalSeconds);
        log.LogInformation("Created the database {Database}", Name);
    }

    private static void Lock(SqlConnection connection)
    {
        var result = connection.ExecuteScalar<int>(
            SqlServerStatements.LockMigrations,
            new { timeout = (int)MigrationTimeout.TotalMilliseconds },
            commandTimeout: (int)MigrationTimeout.TotalSeconds + 30);
        if (result < 0)
            throw new DatabaseUnusableException($"Another migration has been running for more than {MigrationTimeout.TotalMinutes} minutes.", new TimeoutException());
    }

    private static bool PrefersRowVersions(SqlConnection connection) =>
        connection.ExecuteScalar<bool?>(SqlServerStatements.KeepsRowVersions) ?? false;

    /// <summary>
    /// Turns on row versions for readers. This disconnects all other sessions, so it is done only for a new database; for an existing one,
    /// a warning is logged.
    /// </summary>
    private void PreferRowVersions(SqlConnection connection, bool isNew)
    {
        const string advice = "Readers and writers block each other until READ_COMMITTED_SNAPSHOT is on; see docs/sql-server.md";
        if (!isNew)
        {
            log.LogWarning("READ_COMMITTED_SNAPSHOT is off in the database {Database}. {Hint}", Name, advice);
            return;
        }

        try
        {
            connection.Execute(SqlServerStatements.KeepRowVersions);
        }
        catch (SqlException exception)
        {
            log.LogWarning("READ_COMMITTED_SNAPSHOT could not be turned on in the database {Database} ({Reason}). {Hint}", Name, exception.Message, advice);
        }
    }
}
