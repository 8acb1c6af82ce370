using System.Data;
using System.Data.Common;
using Dapper;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Gateway.Follow;

/// <summary>The position of the read model in one source.</summary>
public sealed record CheckpointPosition(string Source, string LogId, long Watermark);

/// <summary>
/// The read model on disk: the latest change of each resource, and the position in each source. It can always be rebuilt from the feeds,
/// so a missing, damaged or incompatible checkpoint only costs time.
///
/// Replicas may share a checkpoint on a server. They all add the same changes, so it does not matter which of them writes. If one
/// replica resets the checkpoint, it starts a new generation, and replicas that read an earlier generation stop writing.
/// </summary>
/// <param name="database">The database of the checkpoint.</param>
/// <param name="log">Receives the reasons for a rebuild.</param>
/// <param name="gate">Waits for the schema; null: the schema is migrated here.</param>
public sealed class Checkpoint(Database database, ILogger<Checkpoint> log, SchemaGate? gate = null)
{
    /// <summary>The format version that is written and read.</summary>
    public const long Format = 1;

    /// <summary>Number of rows that are read and decoded together.</summary>
    private const int RowsPerRead = 1_000;

    private long generation;
    private bool isSuperseded;

    /// <summary>Opens the checkpoint. An unusable one is emptied, and the reason is logged.</summary>
    public async Task Prepare(CancellationToken cancellation)
    {
        try
        {
            if (gate is null)
                database.Migrate(typeof(Checkpoint).Assembly);
            else
                await gate.Pass(typeof(Checkpoint).Assembly, cancellation);
            switch (await ReadFormat(cancellation))
            {
                case Format:
                    generation = await ReadGeneration(cancellation);
                    return;
                case null:
                    log.LogInformation("There is no checkpoint yet; rebuilding the read model from the feeds");
                    break;
                case var other:
                    log.LogWarning(
                        "The checkpoint has {Age} format ({Other}, not {Format}); rebuilding the read model from the feeds",
                        other < Format ? "an older" : "a newer", other, Format);
                    await Renew(cancellation);
                    break;
            }
        }
        catch (Exception exception) when (database.IsDisposable && exception is DbException or InvalidOperationException { InnerException: DbException })
        {
            log.LogWarning("The checkpoint cannot be used ({Reason}); rebuilding the read model from the feeds", exception.Message);
            await Renew(cancellation);
        }

        await WriteFormat(cancellation);
        generation = await ReadGeneration(cancellation);
    }

    /// <summary>
    /// Reads the checkpoint: first the positions, then the revisions, then the latest changes. If no positions are returned, the caller
    /// must discard everything, including changes applied before the damage was found.
    /// </summary>
    public async Task<IReadOnlyList<CheckpointPosition>> Read(Action<IReadOnlyList<Change>> apply, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.Open(cancellation);
            var positions = await connection.QueryAsync<CheckpointPosition>("SELECT source, log_id, watermark FROM checkpoint_source");
            await Apply("SELECT change FROM checkpoint_revision", connection, apply);
            await Apply("SELECT change FROM checkpoint_change", connection, apply);
            if (await ReadGeneration(cancellation) is var now && now == generation)
                return [.. positions];
            log.LogWarning("Another replica reset the checkpoint while it was read; rebuilding the read model from the feeds");
            generation = now;
            return [];
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException || (database.IsDisposable && exception is DbException))
        {
            log.LogWarning("The checkpoint is damaged ({Reason}); rebuilding the read model from the feeds", exception.Message);
            await Renew(cancellation);
            await WriteFormat(cancellation);
            generation = await ReadGeneration(cancellation);
            return [];
        }
    }

    /// <summary>Writes the changes since the previous write and the new positions in one transaction.</summary>
    /// <param name="changes">The latest change of each resource; for projects also the earlier ones.</param>
    /// <param name="forgotten">Sources whose log was replaced by another.</param>
    /// <param name="positions">The position in each source.</param>
    /// <param name="cancellation">Cancels the write; nothing is written then.</param>
    public async Task Write(
        IReadOnlyCollection<Change> changes,
        IReadOnlyCollection<string> forgotten,
        IReadOnlyList<CheckpointPosition> positions,
        CancellationToken cancellation)
    {
        if (isSuperseded)
            return;
        await using var connection = await database.Open(cancellation);
        await using var transaction = await database.BeginWrite(connection, cancellation);
        // Must be the first statement: it is the only point where replicas wait for each other.
        var begun = forgotten.Count > 0 ? 1L : 0L;
        var isPresent = await connection.ExecuteAsync(
            "UPDATE checkpoint_format SET generation = generation + @begun WHERE generation = @generation", new { begun, generation }, transaction);
        if (isPresent == 0)
        {
            log.LogWarning("Another replica has reset the checkpoint; this one continues in memory and stops writing the checkpoint until it restarts");
            isSuperseded = true;
            return;
        }

        foreach (var source in forgotten)
        {
            await connection.ExecuteAsync("DELETE FROM checkpoint_change WHERE source = @source", new { source }, transaction);
            await connection.ExecuteAsync("DELETE FROM checkpoint_revision WHERE source = @source", new { source }, transaction);
        }

        await WriteRevisions(changes, connection, transaction);
        if (database.IsDisposable)
            await WriteEach(changes, connection, transaction);
        else
            await WriteAll(changes, connection, transaction, cancellation);
        foreach (var position in positions)
        {
            var updated = await connection.ExecuteAsync(
                "UPDATE checkpoint_source SET log_id = @LogId, watermark = @Watermark WHERE source = @Source", position, transaction);
            if (updated == 0)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO checkpoint_source (source, log_id, watermark) VALUES (@Source, @LogId, @Watermark)", position, transaction);
            }
        }

        await transaction.CommitAsync(cancellation);
        generation += begun;
    }

    /// <summary>Applies rows while the next ones are read and decoded.</summary>
    private static async Task Apply(string statement, DbConnection connection, Action<IReadOnlyList<Change>> apply)
    {
        await using var rows = await connection.ExecuteReaderAsync(statement);
        // Blocking this thread is harmless: the loop that applies has nothing else to do until everything is read.
        for (var next = ReadRows(); next.GetAwaiter().GetResult() is { Count: > 0 } batch;)
        {
            next = ReadRows();
            apply(batch);
        }

        Task<List<Change>> ReadRows() => Task.Run(() =>
        {
            var batch = new List<Change>(RowsPerRead);
            while (batch.Count < RowsPerRead && rows.Read())
                batch.Add(Decode(rows.GetFieldValue<byte[]>(0), statement));
            return batch;
        });
    }

    private static Change Decode(byte[] bytes, string statement)
    {
        var change = Change.Parser.ParseFrom(bytes);
        return change.Resource.Length > 0 && change.Version >= 1
            ? change
            : throw new InvalidDataException($"a row of '{statement}' has no resource or version");
    }

    private static Task<int> WriteRevisions(IEnumerable<Change> changes, DbConnection connection, DbTransaction transaction) => connection.ExecuteAsync(
        """
        INSERT INTO checkpoint_revision (resource, version, source, change)
        SELECT @Resource, @Version, @Source, @Change
        WHERE NOT EXISTS (SELECT 1 FROM checkpoint_revision WHERE resource = @Resource AND version = @Version)
        """,
        changes.Where(change => ResourceNames.Projects.IsName(change.Resource)).Select(change =>
        {
            var revision = change.Clone();
            revision.State = null;
            return RowOf(revision);
        }),
        transaction);

    /// <summary>Row by row with one prepared statement: SQLite has nothing faster, and nearly all rows are new while catching up.</summary>
    private static async Task WriteEach(IReadOnlyCollection<Change> changes, DbConnection connection, DbTransaction transaction)
    {
        var rows = changes.Select(RowOf);
        var added = await connection.ExecuteAsync(
            """
            INSERT INTO checkpoint_change (resource, source, version, change)
            SELECT @Resource, @Source, @Version, @Change WHERE NOT EXISTS (SELECT 1 FROM checkpoint_change WHERE resource = @Resource)
            """,
            rows,
            transaction);
        if (added < changes.Count)
        {
            await connection.ExecuteAsync(
                "UPDATE checkpoint_change SET version = @Version, change = @Change WHERE resource = @Resource AND version < @Version", rows, transaction);
        }
    }

    /// <summary>All rows in four round trips. Other replicas wait for the format's row, so nobody else uses the staging table.</summary>
    private async Task WriteAll(IReadOnlyCollection<Change> changes, DbConnection connection, DbTransaction transaction, CancellationToken cancellation)
    {
        using var rows = new DataTable
        {
            Columns = { { "resource", typeof(string) }, { "source", typeof(string) }, { "version", typeof(long) }, { "change", typeof(byte[]) } },
        };
        foreach (var change in changes.GroupBy(change => change.Resource, StringComparer.Ordinal).Select(versions => versions.MaxBy(change => change.Version)!))
            rows.Rows.Add(change.Resource, change.Source, change.Version, change.ToByteArray());
        await database.Load(transaction, "checkpoint_staged", rows, cancellation);
        await connection.ExecuteAsync(
            """
            DELETE FROM checkpoint_change WHERE EXISTS (
              SELECT 1 FROM checkpoint_staged
              WHERE checkpoint_staged.resource = checkpoint_change.resource AND checkpoint_staged.version > checkpoint_change.version)
            """,
            transaction: transaction);
        await connection.ExecuteAsync(
            """
            INSERT INTO checkpoint_change (resource, source, version, change)
            SELECT resource, source, version, change FROM checkpoint_staged
            WHERE NOT EXISTS (SELECT 1 FROM checkpoint_change WHERE checkpoint_change.resource = checkpoint_staged.resource)
            """,
            transaction: transaction);
        await connection.ExecuteAsync("DELETE FROM checkpoint_staged", transaction: transaction);
    }

    private static Row RowOf(Change change) => new(change.Resource, change.Source, change.Version, change.ToByteArray());

    private Task<long?> ReadFormat(CancellationToken cancellation) =>
        database.Read(connection => connection.QuerySingleOrDefaultAsync<long?>("SELECT MAX(format) FROM checkpoint_format"), cancellation);

    private Task<long> ReadGeneration(CancellationToken cancellation) =>
        database.Read(connection => connection.QuerySingleAsync<long>("SELECT MAX(generation) FROM checkpoint_format"), cancellation);

    private Task<int> WriteFormat(CancellationToken cancellation) => database.Read(
        connection => connection.ExecuteAsync(
            "INSERT INTO checkpoint_format (format) SELECT @Format WHERE NOT EXISTS (SELECT 1 FROM checkpoint_format)", new { Format }),
        cancellation);

    /// <summary>
    /// Empties the checkpoint. A file is deleted as a whole, because another version may have other tables; on a server the migrations
    /// define the tables, and these are emptied.
    /// </summary>
    private async Task Renew(CancellationToken cancellation)
    {
        if (database.IsDisposable)
        {
            database.Discard();
            database.Migrate(typeof(Checkpoint).Assembly);
            return;
        }

        await using var connection = await database.Open(cancellation);
        await using var transaction = await database.BeginWrite(connection, cancellation);
        await connection.ExecuteAsync("UPDATE checkpoint_format SET format = @Format, generation = generation + 1", new { Format }, transaction);
        await connection.ExecuteAsync("DELETE FROM checkpoint_source", transaction: transaction);
        await connection.ExecuteAsync("DELETE FROM checkpoint_change", transaction: transaction);
        await connection.ExecuteAsync("DELETE FROM checkpoint_revision", transaction: transaction);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>
    /// Parameter names include the @ sign. Dapper omits it, and then SQLite's client searches for each parameter twice, for every row.
    /// </summary>
    private sealed record Row(string Resource, string Source, long Version, byte[] Change) : SqlMapper.IDynamicParameters
    {
        public void AddParameters(IDbCommand command, SqlMapper.Identity identity)
        {
            Add("@Resource", DbType.String, Resource);
            Add("@Source", DbType.String, Source);
            Add("@Version", DbType.Int64, Version);
            Add("@Change", DbType.Binary, Change);

            void Add(string name, DbType type, object value)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, type, value);
                command.Parameters.Add(parameter);
            }
        }
    }
}
