using System.Data.Common;
using Dapper;
using Mining.Changes.V1;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;

namespace Mining.Platform.Commit;

/// <summary>The head of the log: the last assigned sequence and the hash of that row.</summary>
public sealed record ChangeHead(string LogId, long LastSequence, byte[] LastHash);

/// <summary>The change log of this service. One writer at a time holds the head; readers are not restricted.</summary>
public sealed class ChangeLog(Database database, ServiceIdentity service)
{
    public string Source => service.Name;

    /// <summary>Creates the head of a new log. Does nothing if there is one.</summary>
    public Task Initialise(string newLogId, CancellationToken cancellation) => database.Read(connection => Initialise(connection, newLogId), cancellation);

    private static async Task<int> Initialise(DbConnection connection, string newLogId)
    {
        await connection.ExecuteAsync(
            """
            INSERT INTO change_head (id, log_id, last_sequence, last_hash)
            SELECT 1, @newLogId, 0, @Genesis WHERE NOT EXISTS (SELECT 1 FROM change_head)
            """,
            new { newLogId, ChangeHash.Genesis });
        return await connection.ExecuteAsync(
            "INSERT INTO relay_position (id, published_sequence) SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM relay_position)");
    }

    /// <summary>
    /// Takes the head for writing. The update comes first: it makes all other writers of this log wait until this transaction ends, at any
    /// isolation level.
    /// </summary>
    public static async Task<ChangeHead> Take(DbConnection connection, DbTransaction transaction)
    {
        await connection.ExecuteAsync("UPDATE change_head SET last_sequence = last_sequence WHERE id = 1", transaction: transaction);
        return await ReadHead(connection, transaction);
    }

    public static Task<ChangeHead> ReadHead(DbConnection connection, DbTransaction? transaction = null) =>
        connection.QuerySingleAsync<ChangeHead>(
            "SELECT log_id AS LogId, last_sequence AS LastSequence, last_hash AS LastHash FROM change_head WHERE id = 1",
            transaction: transaction);

    /// <summary>
    /// Whether the log contains the row of a head. A server may still be processing a commit whose response was lost, so this waits until
    /// that transaction has ended.
    /// </summary>
    public async Task<bool> Has(DbConnection connection, ChangeHead head) => await connection.ExecuteScalarAsync<long>(
        $"SELECT COUNT(*) FROM change_log {database.AwaitWriters} WHERE sequence = @LastSequence AND hash = @LastHash",
        new { head.LastSequence, head.LastHash }) > 0;

    /// <summary>Advances the head from where it was taken.</summary>
    public static async Task Advance(DbConnection connection, DbTransaction transaction, ChangeHead from, ChangeHead to)
    {
        var moved = await connection.ExecuteAsync(
            "UPDATE change_head SET last_sequence = @LastSequence, last_hash = @LastHash WHERE id = 1 AND last_sequence = @from",
            new { to.LastSequence, to.LastHash, from = from.LastSequence },
            transaction);
        if (moved != 1)
            throw new InvalidOperationException($"The change log advanced from {from.LastSequence} while a writer held its head.");
    }

    /// <summary>Appends a change and returns the new head.</summary>
    public async Task<ChangeHead> Append(DbConnection connection, DbTransaction transaction, ChangeHead head, ChangeRow content)
    {
        var sequence = head.LastSequence + 1;
        var row = content with { Sequence = sequence, EventId = $"{head.LogId}-{sequence}", PreviousHash = head.LastHash };
        row = row with { Hash = ChangeHash.Of(row.ToChange(Source, head.LogId)) };
        await connection.ExecuteAsync(
            $"""
            INSERT INTO change_log ({ChangeRow.Columns})
            VALUES (@Sequence, @EventId, @Resource, @Version, @Actor, @Method, @RequestId, @CommitTime, @Traceparent, @ChangedFields,
                    @StateType, @State, @PreviousHash, @Hash)
            """,
            row,
            transaction);
        return head with { LastSequence = sequence, LastHash = row.Hash };
    }

    /// <summary>The changes after a sequence, in order, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<Change>> Read(long afterSequence, int limit, CancellationToken cancellation) => database.Read<IReadOnlyList<Change>>(
        async connection =>
        {
            var head = await ReadHead(connection);
            var rows = await connection.QueryAsync<ChangeRow>(
                $"SELECT {ChangeRow.Columns} FROM change_log WHERE sequence > @afterSequence ORDER BY sequence {database.Limit}",
                new { afterSequence, limit });
            return [.. rows.Select(row => row.ToChange(Source, head.LogId))];
        },
        cancellation);

    /// <summary>The revisions of one resource below a version, latest first.</summary>
    public async Task<IReadOnlyList<Common.V1.Revision>> ReadRevisions(
        string resource, long belowVersion, int limit, CancellationToken cancellation)
    {
        var rows = await database.Read(
            connection => connection.QueryAsync<ChangeRow>(
                $"""
                SELECT {ChangeRow.Columns} FROM change_log
                WHERE resource = @resource AND version < @belowVersion ORDER BY version DESC {database.Limit}
                """,
                new { resource, belowVersion, limit }),
            cancellation);
        return [.. rows.Select(row => Revisions.Of(row.ToChange(Source, "")))];
    }

    /// <summary>The current head.</summary>
    public Task<ChangeHead> Head(CancellationToken cancellation) =>
        database.Read(connection => ReadHead(connection), cancellation);
}

/// <summary>Revisions: changes without the state.</summary>
public static class Revisions
{
    public static Common.V1.Revision Of(Change change) => new()
    {
        Resource = change.Resource,
        Version = change.Version,
        Sequence = change.Sequence,
        Actor = change.Actor,
        Method = change.Method,
        CommitTime = change.CommitTime,
        ChangedFields = { change.ChangedFields },
    };
}
