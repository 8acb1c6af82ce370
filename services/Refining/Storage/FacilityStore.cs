using Google.Protobuf;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Names;
using Mining.Refining.V1;

namespace Mining.Refining.Storage;

/// <summary>Facilities in the database: the state as protobuf, and the columns used to find it.</summary>
public sealed class FacilityStore(Database database) : ResourceStore<FacilityStore, Facility>(database), IResourceTable<Facility>
{
    public static string Table => "facility";

    public static ResourceNames Names => ResourceNames.Facilities;

    public static async Task Write(UnitOfWork work, Facility? before, Facility after)
    {
        var row = new
        {
            after.Name,
            after.Version,
            Status = (long)after.Status,
            after.Country,
            SearchText = $"{ResourceNames.Facilities.Id(after.Name)}\n{after.DisplayName}\n{after.Operator}".ToLowerInvariant(),
            State = after.ToByteArray(),
        };
        await work.Execute(
            before is null
                ? "INSERT INTO facility (name, version, status, country, search_text, state) VALUES (@Name, @Version, @Status, @Country, @SearchText, @State)"
                : "UPDATE facility SET version = @Version, status = @Status, country = @Country, search_text = @SearchText, state = @State WHERE name = @Name",
            row);
        await WriteList(work, after.Name, "mineral", before is null ? null : Minerals(before), Minerals(after));
    }

    /// <summary>Reads the facilities after a name that match the request's filters, ordered by name.</summary>
    public Task<IReadOnlyList<Facility>> List(ListFacilitiesRequest filter, string after, int limit, CancellationToken cancellation)
    {
        var sql = "SELECT f.state FROM facility f WHERE f.name > @after";
        if (filter.Statuses.Count > 0)
            sql += " AND f.status IN @statuses";
        if (filter.Countries.Count > 0)
            sql += " AND f.country IN @countries";
        if (filter.Minerals.Count > 0)
            sql += " AND f.name IN (SELECT m.facility FROM facility_mineral m WHERE m.mineral IN @minerals)";
        if (filter.Text.Length > 0)
            sql += " AND f.search_text LIKE @pattern ESCAPE '!'";
        return Select(
            $"{sql} ORDER BY f.name {Database.Limit}",
            new
            {
                after,
                limit,
                statuses = filter.Statuses.Select(status => (long)status),
                countries = filter.Countries.AsEnumerable(),
                minerals = filter.Minerals.AsEnumerable(),
                pattern = Like.Containing(filter.Text.ToLowerInvariant()),
            },
            cancellation);
    }

    private static IEnumerable<string> Minerals(Facility facility) => facility.Capacities.Select(entry => entry.Mineral).Distinct();
}
