using System.Data;
using System.Data.Common;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging;
using Mining.Platform.Hosting;
using Polly;
using Polly.Retry;

namespace Mining.Platform.Storage;

/// <summary>
/// SQL Server 2019 or later, or Azure SQL: the database of production. READ COMMITTED; who writes takes the log's head first, so that
/// writers stand in a row; who reads sees row versions (READ_COMMITTED_SNAPSHOT) and waits for nobody.
/// </summary>
public sealed class SqlServerDatabase : Database
{
    /// <summary>How long a migration waits for one that runs already.</summary>
    public static readonly TimeSpan MigrationTimeout = TimeSpan.FromMinutes(5);

    /// <summary>How long one script may take.</summary>
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

    /// <summary>The database's name.</summary>
    public string Name { get; }

    public override string Limit => "OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY";

    /// <summary>Locks and no row version: a version would show what was before a commit that is still on its way.</summary>
    public override string AwaitWriters => "WITH (READCOMMITTEDLOCK)";

    public override bool IsDisposable => false;

    /// <summary>How a read is repeated when the server says that the next try may go through.</summary>
    public static RetryStrategyOptions RetryOptions(Database database) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<DbException>(database.IsTransient),
        MaxRetryAttempts = 4,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(50),
        MaxDelay = TimeSpan.FromSeconds(2),
    };

    /// <summary>How a read is repeated.</summary>
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

    /// <summary>A database that is not there yet is not made by looking.</summary>
    public override IReadOnlyList<Migration> Pending(Assembly service) => IsThere() ? migrations.Pending(service) : migrations.All(service);

    public override void Migrate(Assembly service, string? before = null)
    {
        try
        {
            // As a whole: who prepares a new database throws out all that wait there for their turn.
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
            // A script that writers beside it made a deadlock's victim, for example; those before it are not run again.
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

    /// <summary>The server's own database, in which a login may ask for others and make them.</summary>
    private SqlConnection Master() => Connect(new SqlConnectionStringBuilder(unpooledConnectionString) { InitialCatalog = "master" }.ToString());

    /// <summary>Whether the database can be opened; false when that is because there is none.</summary>
    private bool IsThere()
    {
        try
        {
            Connect(unpooledConnectionString).Dispose();
            return true;
        }
        catch (SqlException exception) when (!Errors(exception).Any(error => error.Class >= SqlServerErrors.FatalClass))
        {
            // Whether it is missing has different numbers on different servers: the server is asked.
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
            return false; // the login may not ask; the first error says more
        }
    }

    private bool Has(SqlConnection master) => master.ExecuteScalar<int?>(SqlServerStatements.FindDatabase, new { Name }) is not null;

    /// <summary>Makes the database, where the login may. Of those that begin together one does, and the others find it made.</summary>
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
    /// Has readers see row versions. It throws every other session out, so only of a database that is new; an old one's operator is told.
    /// </summary>
    private void PreferRowVersions(SqlConnection connection, bool isNew)
    {
        const string advice = "Readers and writers block each other until READ_COMMITTED_SNAPSHOT is on; see docs/sql-server.md";
        if (!isNew)
        {
            log.LogWarning("READ_COMMITTED_SNAPSHOT is off in the database {Database}. {Advice}", Name, advice);
            return;
        }

        try
        {
            connection.Execute(SqlServerStatements.KeepRowVersions);
        }
        catch (SqlException exception)
        {
            log.LogWarning("READ_COMMITTED_SNAPSHOT could not be turned on in the database {Database} ({Reason}). {Advice}", Name, exception.Message, advice);
        }
    }
}
