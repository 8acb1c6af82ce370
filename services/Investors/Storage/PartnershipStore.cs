using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Investors.Storage;

/// <summary>Partnerships in the database.</summary>
public sealed class PartnershipStore(Database database)
{
    private const string All = "SELECT state FROM partnership ORDER BY name";

    private static readonly ResourceTable<Partnership> Table = new("partnership", ResourceNames.Partnerships, Partnership.Parser);

    /// <summary>Loads a partnership for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public static Task<Partnership> Load(UnitOfWork work, string name) => Table.Load(work, name);

    /// <summary>Loads a partnership for a command, or null.</summary>
    public static Task<Partnership?> Find(UnitOfWork work, string name) => Table.Find(work, name);

    /// <summary>Loads all partnerships for a command. There are few, because they come from configuration.</summary>
    public static Task<IReadOnlyList<Partnership>> LoadAll(UnitOfWork work) =>
        Table.LoadAll(work, All, new { });

    /// <summary>Records a change of a partnership and stores it.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The partnership as it was; null if it is new.</param>
    /// <param name="after">The partnership as it will be.</param>
    public static async Task<Partnership> Save(UnitOfWork work, Partnership? before, Partnership after)
    {
        await work.Record(before, after);
        await work.Execute(
            before is null
                ? "INSERT INTO partnership (name, version, state) VALUES (@Name, @Version, @State)"
                : "UPDATE partnership SET version = @Version, state = @State WHERE name = @Name",
            new { after.Name, after.Version, State = after.ToByteArray() });
        return after;
    }

    /// <summary>Reads a partnership.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public Task<Partnership> Read(string name, CancellationToken cancellation) => Table.Read(database, name, cancellation);

    /// <summary>Reads all partnerships.</summary>
    public Task<IReadOnlyList<Partnership>> ReadAll(CancellationToken cancellation) => Table.ReadAll(database, All, new { }, cancellation);

    /// <summary>Reads the partnerships after a name, ordered by name.</summary>
    public Task<IReadOnlyList<Partnership>> List(string after, int limit, CancellationToken cancellation) => Table.ReadAll(
        database, $"SELECT state FROM partnership WHERE name > @after ORDER BY name {database.Limit}", new { after, limit }, cancellation);
}
