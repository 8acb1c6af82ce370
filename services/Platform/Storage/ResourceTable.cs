using Dapper;
using Google.Protobuf;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Names;

namespace Mining.Platform.Storage;

/// <summary>
/// What the stores have in common: a table with a row for each resource, its name as the key and its state as protobuf. How it is
/// written, and by what else it is found, is beside the methods of its store.
/// </summary>
/// <param name="table">The table; it has the columns <c>name</c> and <c>state</c>.</param>
/// <param name="names">The names of the resources.</param>
/// <param name="parser">Reads a state.</param>
public sealed class ResourceTable<T>(string table, ResourceNames names, MessageParser<T> parser)
    where T : class, IMessage<T>
{
    /// <summary>The statement that finds one by its name.</summary>
    public string ByName { get; } = $"SELECT state FROM {table} WHERE name = @name";

    /// <summary>Loads a resource for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public async Task<T> Load(UnitOfWork work, string name) => await Find(work, name) ?? throw NotFound(name);

    /// <summary>Loads a resource for a command, or null.</summary>
    public async Task<T?> Find(UnitOfWork work, string name) =>
        await work.ReadOne<byte[]>(ByName, new { name }) is { } state ? parser.ParseFrom(state) : null;

    /// <summary>Loads for a command what a statement finds, which selects states.</summary>
    public async Task<IReadOnlyList<T>> LoadAll(UnitOfWork work, string sql, object parameters) =>
        [.. (await work.ReadAll<byte[]>(sql, parameters)).Select(parser.ParseFrom)];

    /// <summary>Reads a resource.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public async Task<T> Read(Database database, string name, CancellationToken cancellation) =>
        await database.Read(connection => connection.QuerySingleOrDefaultAsync<byte[]>(ByName, new { name }), cancellation) is { } state
            ? parser.ParseFrom(state)
            : throw NotFound(name);

    /// <summary>Reads what a statement finds, which selects states.</summary>
    public async Task<IReadOnlyList<T>> ReadAll(Database database, string sql, object parameters, CancellationToken cancellation) =>
        [.. (await database.Read(connection => connection.QueryAsync<byte[]>(sql, parameters), cancellation)).Select(parser.ParseFrom)];

    /// <summary>The refusal of a name that is not there.</summary>
    public RefusedException NotFound(string name) => new(Refusal.NotFound(names.ResourceType, name));
}
