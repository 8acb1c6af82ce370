using Dapper;
using Google.Protobuf;
using Mining.Common.V1;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

#pragma warning disable CA1000 // the static members are called on the stores, for example ProjectStore.Load

namespace Mining.Platform.Commit;

/// <summary>What differs between the tables of resources.</summary>
public interface IResourceTable<T>
{
    /// <summary>The table, with the columns <c>name</c> and <c>state</c>.</summary>
    static abstract string Table { get; }

    /// <summary>The resource names of the table.</summary>
    static abstract ResourceNames Names { get; }

    /// <summary>Writes the row of a changed resource.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The resource as it was; null if it is new.</param>
    /// <param name="after">The resource as it will be.</param>
    static abstract Task Write(UnitOfWork work, T? before, T after);
}

/// <summary>
/// The resources of a table: one row per resource, the name as key, the state as protobuf, and the columns used to find it. Each store adds
/// its own statements for writes and for other queries.
/// </summary>
public abstract class ResourceStore<TStore, T>(Database database)
    where TStore : ResourceStore<TStore, T>, IResourceTable<T>
    where T : class, IMessage<T>, IVersionedResource, new()
{
    private static readonly MessageParser<T> Parser = new(() => new T());
    private static readonly string ByName = $"SELECT state FROM {TStore.Table} WHERE name = @name";

    protected Database Database => database;

    /// <summary>Loads a resource for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public static async Task<T> Load(UnitOfWork work, string name) => await Find(work, name) ?? throw NotFound(name);

    /// <summary>Loads a resource for a command, or null.</summary>
    public static async Task<T?> Find(UnitOfWork work, string name) =>
        await work.ReadOne<byte[]>(ByName, new { name }) is { } state ? Parser.ParseFrom(state) : null;

    /// <summary>Refuses the name of a new resource if it is taken.</summary>
    /// <exception cref="RefusedException">ALREADY_EXISTS.</exception>
    public static async Task RequireNew(UnitOfWork work, string name)
    {
        if (await Find(work, name) is not null)
            throw new RefusedException(Refusal.AlreadyExists(TStore.Names.ResourceType, name));
    }

    /// <summary>Records a change of a resource and stores it.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The resource as it was; null if it is new.</param>
    /// <param name="after">The resource as it will be.</param>
    public static async Task<T> Save(UnitOfWork work, T? before, T after)
    {
        await work.Record(before, after);
        await TStore.Write(work, before, after);
        return after;
    }

    /// <summary>The refusal for an unknown name.</summary>
    public static RefusedException NotFound(string name) => new(Refusal.NotFound(TStore.Names.ResourceType, name));

    /// <summary>Reads the resource that a request names.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT for a malformed name; NOT_FOUND.</exception>
    public async Task<T> Get(string name, CancellationToken cancellation)
    {
        var violations = new Violations();
        TStore.Names.ReadName("name", name, violations);
        violations.ThrowIfAny();
        return await Read(name, cancellation);
    }

    /// <summary>Reads a resource.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public async Task<T> Read(string name, CancellationToken cancellation) =>
        await database.Read(connection => connection.QuerySingleOrDefaultAsync<byte[]>(ByName, new { name }), cancellation) is { } state
            ? Parser.ParseFrom(state)
            : throw NotFound(name);

    /// <summary>Writes the values of a list to the table <c>{table}_{column}</c>, one row per value, if they have changed.</summary>
    /// <param name="work">The command.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="column">The column.</param>
    /// <param name="before">The values as they were; null if the resource is new.</param>
    /// <param name="after">The values as they will be.</param>
    protected static async Task WriteList<TValue>(
        UnitOfWork work, string name, string column, IEnumerable<TValue>? before, IEnumerable<TValue> after)
    {
        if (before is not null && before.SequenceEqual(after))
            return;
        var (owner, list) = (TStore.Table, $"{TStore.Table}_{column}");
        if (before is not null)
            await work.Execute($"DELETE FROM {list} WHERE {owner} = @name", new { name });
        foreach (var value in after)
            await work.Execute($"INSERT INTO {list} ({owner}, {column}) VALUES (@name, @value)", new { name, value });
    }

    /// <summary>Loads the resources found by a statement that selects states, for a command.</summary>
    protected static async Task<IReadOnlyList<T>> Select(UnitOfWork work, string sql, object parameters) =>
        [.. (await work.ReadAll<byte[]>(sql, parameters)).Select(Parser.ParseFrom)];

    /// <summary>Reads the resources found by a statement that selects states.</summary>
    protected async Task<IReadOnlyList<T>> Select(string sql, object parameters, CancellationToken cancellation) =>
        [.. (await database.Read(connection => connection.QueryAsync<byte[]>(sql, parameters), cancellation)).Select(Parser.ParseFrom)];
}
