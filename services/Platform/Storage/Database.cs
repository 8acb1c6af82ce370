using System.Data.Common;

namespace Mining.Platform.Storage;

/// <summary>
/// The database of one service. Statements are plain SQL beside the methods that run them; only what the two databases say
/// differently is here.
/// </summary>
public abstract class Database
{
    static Database() => Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>Opens a connection that is ready for use.</summary>
    public abstract Task<DbConnection> Open(CancellationToken cancellation);

    /// <summary>Opens a connection for the one writer, which keeps it until it fails. It is never one that failed before.</summary>
    public virtual Task<DbConnection> OpenToWrite(CancellationToken cancellation) => Open(cancellation);

    /// <summary>Begins a transaction that will write.</summary>
    public abstract Task<DbTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation);

    /// <summary>The end of a statement that returns the first <c>@limit</c> rows; it stands after ORDER BY.</summary>
    public abstract string Limit { get; }

    /// <summary>Brings the schema up to date: the platform's tables, then the service's own.</summary>
    /// <exception cref="InvalidOperationException">A script failed; the message names it.</exception>
    public abstract void Migrate(System.Reflection.Assembly service);

    /// <summary>Throws the whole database away. Only for one that can be made anew.</summary>
    public abstract void Discard();

    /// <summary>Whether the same command may succeed when it is run again from its start.</summary>
    public abstract bool IsTransient(DbException exception);

    /// <summary>What an operator should do about an error that repeating will not cure, or null.</summary>
    public abstract string? Advice(DbException exception);

    /// <summary>Opens a connection, reads, and closes it.</summary>
    public async Task<T> Read<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await Open(cancellation);
        return await read(connection);
    }
}
