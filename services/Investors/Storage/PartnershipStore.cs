using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Investors.Storage;

/// <summary>Partnerships in the database.</summary>
public sealed class PartnershipStore(Database database)
    : ResourceStore<PartnershipStore, Partnership>(database), IResourceTable<Partnership>
{
    private const string All = "SELECT state FROM partnership ORDER BY name";

    public static string Table => "partnership";

    public static ResourceNames Names => ResourceNames.Partnerships;

    /// <summary>Loads all partnerships for a command. There are few, because they come from configuration.</summary>
    public static Task<IReadOnlyList<Partnership>> LoadAll(UnitOfWork work) => Select(work, All, new { });

    public static async Task Write(UnitOfWork work, Partnership? before, Partnership after)
    {
        await work.Execute(
            before is null
                ? "INSERT INTO partnership (name, version, state) VALUES (@Name, @Version, @State)"
                : "UPDATE partnership SET version = @Version, state = @State WHERE name = @Name",
            new { after.Name, after.Version, State = after.ToByteArray() });
    }

    /// <summary>Reads all partnerships.</summary>
    public Task<IReadOnlyList<Partnership>> ReadAll(CancellationToken cancellation) => Select(All, new { }, cancellation);

    /// <summary>Reads the partnerships after a name, ordered by name.</summary>
    public Task<IReadOnlyList<Partnership>> List(string after, int limit, CancellationToken cancellation) => Select(
        $"SELECT state FROM partnership WHERE name > @after ORDER BY name {Database.Limit}", new { after, limit }, cancellation);
}
