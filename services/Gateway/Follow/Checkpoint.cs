using System.Data;
using System.Data.Common;
using Dapper;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Gateway.Follow;

/// <summary>Where the read model stood with one source.</summary>
public sealed record CheckpointPosition(string Source, string LogId, long Watermark);

/// <summary>
/// The read model on disk: the latest change of each resource, and how far each source was read. It can always be made anew
/// from the feeds, so one that is missing, damaged or of another form costs time and nothing else.
///
/// Replicas may share one on a server. All of them add the same changes, so it does not matter who does; but one of them may begin it
/// anew. That makes a new generation, and whoever has read an earlier one writes it no more.
/// </summary>
/// <param name="database">Where it lies.</param>
/// <param name="log">Says what was made anew, and why.</param>
/// <param name="gate">What waits for the schema; null: the schema is brought up to date here.</param>
public sealed class Checkpoint(Database database, ILogger<Checkpoint> log, SchemaGate? gate = null)
{
    /// <summary>The form that this version writes and reads.</summary>
    public const long Format = 1;

    /// <summary>How many rows are read and decoded at once.</summary>
    private const int ReadAtOnce = 1_000;

    private long generation;
    private bool isSuperseded;

    /// <summary>Makes the checkpoint ready for use; one that cannot be used is emptied, and the log says why.</summary>
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
                    log.LogInformation("There is no checkpoint yet; the read model is made anew from the feeds");
                    break;
                case var other:
                    log.LogWarning(
                        "The checkpoint is of {Age} version ({Other}, not {Format}); the read model is made anew from the feeds",
                        other < Format ? "an older" : "a newer", other, Format);
                    await Renew(cancellation);
                    break;
            }
        }
        catch (Exception exception) when (database.IsDisposable && exception is DbException or InvalidOperationException { InnerException: DbException })
        {
            log.LogWarning("The checkpoint cannot be used ({Reason}); the read model is made anew from the feeds", exception.Message);
            await Renew(cancellation);
        }

        await WriteFormat(cancellation);
        generation = await ReadGeneration(cancellation);
    }

    /// <summary>
    /// Reads the checkpoint: first the positions, then every change, revisions before the latest. Without positions nothing
    /// of it counts, also not what was applied before the damage was found.
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
            log.LogWarning("Another replica began the checkpoint anew while it was read; the read model is made anew from the feeds");
            generation = now;
            return [];
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException || (database.IsDisposable && exception is DbException))
        {
            log.LogWarning("The checkpoint is damaged ({Reason}); the read model is made anew from the feeds", exception.Message);
            await Renew(cancellation);
            await WriteFormat(cancellation);
            generation = await ReadGeneration(cancellation);
            return [];
        }
    }

    /// <summary>Writes what was applied since the last time, and how far that is, in one transaction.</summary>
    /// <param name="changes">The latest change of each resource, and of projects the earlier ones too.</param>
    /// <param name="forgotten">Sources whose log is another one now.</param>
    /// <param name="positions">How far each source was read.</param>
    /// <param name="cancellation">Gives up; nothing is written then.</param>
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
        // First of all, and so the one place where replicas wait for each other.
        var begun = forgotten.Count > 0 ? 1L : 0L;
        var isPresent = await connection.ExecuteAsync(
            "UPDATE checkpoint_format SET generation = generation + @begun WHERE generation = @generation", new { begun, generation }, transaction);
        if (isPresent == 0)
        {
            log.LogWarning("Another replica has begun the checkpoint anew; this one goes on in memory, and writes it no more until it starts again");
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

    /// <summary>Rows are read and decoded while those before are applied.</summary>
    private static async Task Apply(string statement, DbConnection connection, Action<IReadOnlyList<Change>> apply)
    {
        await using var rows = await connection.ExecuteReaderAsync(statement);
        // The loop that applies waits on its thread: it has nothing else to do before all is read.
        for (var next = Some(); next.GetAwaiter().GetResult() is { Count: > 0 } some;)
        {
            next = Some();
            apply(some);
        }

        Task<List<Change>> Some() => Task.Run(() =>
        {
            var some = new List<Change>(ReadAtOnce);
            while (some.Count < ReadAtOnce && rows.Read())
                some.Add(Decode(rows.GetFieldValue<byte[]>(0), statement));
            return some;
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

    /// <summary>
    /// One by one: each statement is made and prepared once for all rows, and while catching up nearly all of them are new. Of a file there
    /// is no faster way.
    /// </summary>
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

    /// <summary>All at once, in four journeys to the server. Other replicas wait at the format's row, so the table between is this one's alone.</summary>
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
    /// Away with all of it. A file goes as a whole, for another version's tables may be others too; on a server the tables are as the
    /// migrations say, and are emptied.
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
    /// Its parameters have the sign before their names: without it, as Dapper gives them, SQLite's client looks for each in vain before it
    /// finds it, and that for every row.
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
