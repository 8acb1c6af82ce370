using Dapper;
using Google.Protobuf;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Platform.Commit;

/// <summary>
/// The common part of the stores: a table with one row per resource, the name as key and the state as protobuf. Each store has its own
/// statements for writes and for other queries.
/// </summary>
/// <param name="table">The table, with the columns <c>name</c> and <c>state</c>.</param>
/// <param name="names">The resource names of the table.</param>
/// <param name="parser">The parser for states.</param>
public sealed class ResourceTable<T>(string table, ResourceNames names, MessageParser<T> parser)
    where T : class, IMessage<T>
{
    /// <summary>The statement that finds a resource by name.</summary>
    public string ByName { get; } = $"SELECT state FROM {table} WHERE name = @name";

    /// <summary>Loads a resource for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public async Task<T> Load(UnitOfWork work, string name) => await Find(work, name) ?? throw NotFound(name);

    /// <summary>Loads a resource for a command, or null.</summary>
    public async Task<T?> Find(UnitOfWork work, string name) =>
        await work.ReadOne<byte[]>(ByName, new { name }) is { } state ? parser.ParseFrom(state) : null;

    /// <summary>Loads the resources found by a statement that selects states, for a command.</summary>
    public async Task<IReadOnlyList<T>> LoadAll(UnitOfWork work, string sql, object parameters) =>
        [.. (await work.ReadAll<byte[]>(sql, parameters)).Select(parser.ParseFrom)];

    /// <summary>Reads a resource.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public async Task<T> Read(Database database, string name, CancellationToken cancellation) =>
        await database.Read(connection => connection.QuerySingleOrDefaultAsync<byte[]>(ByName, new { name }), cancellation) is { } state
            ? parser.ParseFrom(state)
            : throw NotFound(name);

    /// <summary>Reads the resources found by a statement that selects states.</summary>
    public async Task<IReadOnlyList<T>> ReadAll(Database database, string sql, object parameters, CancellationToken cancellation) =>
        [.. (await database.Read(connection => connection.QueryAsync<byte[]>(sql, parameters), cancellation)).Select(parser.ParseFrom)];

    /// <summary>The refusal for an unknown name.</summary>
    public RefusedException NotFound(string name) => new(Refusal.NotFound(names.ResourceType, name));
}
