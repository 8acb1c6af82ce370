using Dapper;
using Google.Protobuf;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Refining.Api;
using Mining.Refining.Domain;
using Mining.Refining.V1;

namespace Mining.Refining.Storage;

/// <summary>
/// Reservations in the database: the state as protobuf, the columns used to find it, and those used to add up the reserved tonnes.
/// </summary>
public sealed class ReservationStore(Database database)
    : ResourceStore<ReservationStore, Reservation>(database), IResourceTable<Reservation>
{
    public static string Table => "reservation";

    public static ResourceNames Names => ResourceNames.Reservations;

    public static async Task Write(UnitOfWork work, Reservation? before, Reservation after)
    {
        var claim = ReservationReader.ToClaim(after);
        var row = new
        {
            after.Name,
            after.Version,
            after.Facility,
            after.Project,
            claim.Line.Mineral,
            claim.Line.Product,
            claim.TonnesPerYear.Kilograms,
            claim.FromYear,
            claim.ToYear,
            Released = after.Released ? 1L : 0L,
            State = after.ToByteArray(),
        };
        await work.Execute(
            before is null
                ? """
                  INSERT INTO reservation (name, version, facility, project, mineral, product, kilograms_per_year, from_year, to_year, released, state)
                  VALUES (@Name, @Version, @Facility, @Project, @Mineral, @Product, @Kilograms, @FromYear, @ToYear, @Released, @State)
                  """
                : "UPDATE reservation SET version = @Version, released = @Released, state = @State WHERE name = @Name",
            row);
    }

    /// <summary>
    /// Loads the current reservations of a product that overlap a claim, for a command. Reservations of the same years are combined.
    /// </summary>
    public static async Task<IReadOnlyList<Claim>> LoadHeld(UnitOfWork work, string facility, Claim within)
    {
        var rows = await work.ReadAll<HeldRow>(
            """
            SELECT mineral, product, from_year, to_year, SUM(kilograms_per_year) AS kilograms
            FROM reservation
            WHERE facility = @facility AND mineral = @Mineral AND product = @Product AND from_year <= @ToYear AND to_year >= @FromYear AND released = 0
            GROUP BY mineral, product, from_year, to_year
            """,
            new { facility, within.Line.Mineral, within.Line.Product, within.FromYear, within.ToYear });
        return [.. rows.Select(ToClaim)];
    }

    /// <summary>Loads all current reservations of a facility, for a command.</summary>
    public static async Task<IReadOnlyList<Claim>> LoadHeld(UnitOfWork work, string facility)
    {
        var rows = await work.ReadAll<HeldRow>(
            """
            SELECT mineral, product, from_year, to_year, SUM(kilograms_per_year) AS kilograms
            FROM reservation
            WHERE facility = @facility AND released = 0
            GROUP BY mineral, product, from_year, to_year
            """,
            new { facility });
        return [.. rows.Select(ToClaim)];
    }

    /// <summary>
    /// Reads a facility's capacity and its reservations in these years. Uses a single statement for a consistent view; otherwise a change
    /// in between could show negative free capacity.
    /// </summary>
    /// <exception cref="RefusedException">NOT_FOUND if the facility does not exist.</exception>
    public async Task<CapacityPlan> ReadPlan(string facility, int fromYear, int toYear, CancellationToken cancellation)
    {
        var rows = (await Database.Read(
            connection => connection.QueryAsync<HeldRow>(
                """
                SELECT state, '' AS mineral, '' AS product, 0 AS from_year, 0 AS to_year, 0 AS kilograms FROM facility WHERE name = @facility
                UNION ALL
                SELECT NULL, mineral, product, from_year, to_year, SUM(kilograms_per_year)
                FROM reservation
                WHERE facility = @facility AND from_year <= @toYear AND to_year >= @fromYear AND released = 0
                GROUP BY mineral, product, from_year, to_year
                """,
                new { facility, fromYear, toYear }),
            cancellation)).AsList();
        var state = rows.Find(row => row.State is not null)?.State ?? throw FacilityStore.NotFound(facility);
        return FacilityReader.ToDomain(
            Facility.Parser.ParseFrom(state), [.. rows.Where(row => row.State is null).Select(ToClaim)]);
    }

    /// <summary>Reads the reservations after a name that match the request's filters, ordered by name.</summary>
    public Task<IReadOnlyList<Reservation>> List(ListReservationsRequest filter, string after, int limit, CancellationToken cancellation)
    {
        var sql = "SELECT state FROM reservation WHERE name > @after";
        if (filter.Facility.Length > 0)
            sql += " AND facility = @Facility";
        if (filter.Project.Length > 0)
            sql += " AND project = @Project";
        if (!filter.IncludeReleased)
            sql += " AND released = 0";
        return Select(
            $"{sql} ORDER BY name {Database.Limit}", new { after, limit, filter.Facility, filter.Project }, cancellation);
    }

    private static Claim ToClaim(HeldRow row) =>
        new(new ProductLine(row.Mineral, row.Product), new Tonnage(row.Kilograms), (int)row.FromYear, (int)row.ToYear);

    /// <summary>Mapped by properties, not by constructor: a computed column of SQLite has no type until there is a row.</summary>
    private sealed class HeldRow
    {
        public byte[]? State { get; init; }

        public string Mineral { get; init; } = "";

        public string Product { get; init; } = "";

        public long FromYear { get; init; }

        public long ToYear { get; init; }

        public long Kilograms { get; init; }
    }
}
