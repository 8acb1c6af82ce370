using System.Data;
using System.Data.Common;
using System.Reflection;

namespace Mining.Platform.Storage;

/// <summary>
/// The database of one service. SQL statements are next to the methods that run them; this class covers only the differences between the
/// two databases.
/// </summary>
public abstract class Database
{
    static Database()
    {
        Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
        Dapper.SqlMapper.AddTypeHandler(new RecordedTimeHandler());
        // Pads IN lists to fewer lengths, because a server caches a query plan per statement text.
        Dapper.SqlMapper.Settings.PadListExpansions = true;
    }

    /// <summary>Opens a connection.</summary>
    public abstract Task<DbConnection> Open(CancellationToken cancellation);

    /// <summary>Opens a connection for the writer, which keeps it until it fails. Never returns a connection that failed before.</summary>
    public virtual Task<DbConnection> OpenToWrite(CancellationToken cancellation) => Open(cancellation);

    /// <summary>Begins a transaction that will write.</summary>
    public abstract Task<DbTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation);

    /// <summary>The end of a statement that returns the first <c>@limit</c> rows. Goes after ORDER BY.</summary>
    public abstract string Limit { get; }

    /// <summary>
    /// A table hint, placed after the table's name, that makes a read wait for a transaction that has written the row. Empty for a database
    /// where a transaction ends with its connection.
    /// </summary>
    public abstract string AwaitWriters { get; }

    /// <summary>Whether the database belongs to this process alone, so that it can be discarded and recreated.</summary>
    public abstract bool IsDisposable { get; }

    /// <summary>The migrations that are not applied yet, in order. Changes nothing.</summary>
    public abstract IReadOnlyList<Migration> Pending(Assembly service);

    /// <summary>Migrates the schema: first the platform's tables, then the service's own.</summary>
    /// <param name="service">The assembly with the service's own scripts.</param>
    /// <param name="before">Runs only scripts dated before this, <c>yyyy-mm-dd</c>; null for all.</param>
    /// <exception cref="DatabaseUnusableException">A script failed, or the database cannot be opened; the message says which.</exception>
    public abstract void Migrate(Assembly service, string? before = null);

    /// <summary>Discards the whole database. Only if it belongs to this process (<see cref="IsDisposable"/>).</summary>
    public abstract void Discard();

    /// <summary>
    /// Bulk-inserts rows into a table without a key, matching columns by name. Only for a server, where single statements cost a round trip
    /// each; a file database (<see cref="IsDisposable"/>) does not need it.
    /// </summary>
    public abstract Task Load(DbTransaction transaction, string table, DataTable rows, CancellationToken cancellation);

    /// <summary>Whether the same command may succeed if it is run again.</summary>
    public abstract bool IsTransient(DbException exception);

    /// <summary>What an operator should do about an error that a retry will not fix, or null.</summary>
    public abstract string? OperatorHint(DbException exception);

    /// <summary>Opens a connection, reads and closes it. Transient errors are retried.</summary>
    public virtual async Task<T> Read<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await Open(cancellation);
        return await read(connection);
    }
}
