using System.Data;
using System.Data.Common;
using System.Reflection;

namespace Mining.Platform.Storage;

/// <summary>
/// The database of one service. Statements are plain SQL beside the methods that run them; only what the two databases say
/// differently is here.
/// </summary>
public abstract class Database
{
    static Database()
    {
        Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
        Dapper.SqlMapper.AddTypeHandler(new RecordedTimeHandler());
        // A server keeps a plan for each text: lists of 3 and of 4 values share one then.
        Dapper.SqlMapper.Settings.PadListExpansions = true;
    }

    /// <summary>Opens a connection that is ready for use.</summary>
    public abstract Task<DbConnection> Open(CancellationToken cancellation);

    /// <summary>Opens a connection for the one writer, which keeps it until it fails. It is never one that failed before.</summary>
    public virtual Task<DbConnection> OpenToWrite(CancellationToken cancellation) => Open(cancellation);

    /// <summary>Begins a transaction that will write.</summary>
    public abstract Task<DbTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation);

    /// <summary>The end of a statement that returns the first <c>@limit</c> rows; it stands after ORDER BY.</summary>
    public abstract string Limit { get; }

    /// <summary>
    /// What follows a table's name where the statement must not answer before a transaction that has written the row has ended, one way
    /// or the other. Nothing where a transaction ends with its connection.
    /// </summary>
    public abstract string AwaitWriters { get; }

    /// <summary>Whether the whole database is this process's own, to be thrown away and made anew.</summary>
    public abstract bool IsDisposable { get; }

    /// <summary>What would have to be run, in order, to bring the schema up to date. Changes nothing.</summary>
    public abstract IReadOnlyList<Migration> Pending(Assembly service);

    /// <summary>Brings the schema up to date: the platform's tables, then the service's own.</summary>
    /// <param name="service">Where the service's own scripts are.</param>
    /// <param name="before">Only the scripts that are dated before this, <c>yyyy-mm-dd</c>; null: all.</param>
    /// <exception cref="DatabaseUnusableException">A script failed, or the database cannot be opened; the message says which.</exception>
    public abstract void Migrate(Assembly service, string? before = null);

    /// <summary>Throws the whole database away. Only for one that is this process's own (<see cref="IsDisposable"/>).</summary>
    public abstract void Discard();

    /// <summary>
    /// Adds many rows at once to a table that has no key, as fast as a server takes them; columns are found by name. Only where a statement
    /// for each row would be a journey for each: of a file (<see cref="IsDisposable"/>) it is not.
    /// </summary>
    public abstract Task Load(DbTransaction transaction, string table, DataTable rows, CancellationToken cancellation);

    /// <summary>Whether the same command may succeed when it is run again from its start.</summary>
    public abstract bool IsTransient(DbException exception);

    /// <summary>What an operator should do about an error that repeating will not cure, or null.</summary>
    public abstract string? OperatorHint(DbException exception);

    /// <summary>Opens a connection, reads, and closes it. What may succeed the next time is run again from its start.</summary>
    public virtual async Task<T> Read<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await Open(cancellation);
        return await read(connection);
    }
}
