using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Investors.Storage;

/// <summary>Investors in the database: the state as protobuf, and the columns used to find it.</summary>
public sealed class InvestorStore(Database database)
{
    private static readonly ResourceTable<Investor> Table = new("investor", ResourceNames.Investors, Investor.Parser);

    /// <summary>Loads an investor for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public static Task<Investor> Load(UnitOfWork work, string name) => Table.Load(work, name);

    /// <summary>Loads an investor for a command, or null.</summary>
    public static Task<Investor?> Find(UnitOfWork work, string name) => Table.Find(work, name);

    /// <summary>Loads the investors that have commitments, for a command.</summary>
    public static Task<IReadOnlyList<Investor>> LoadCommitted(UnitOfWork work) => Table.LoadAll(
        work, "SELECT i.state FROM investor i WHERE EXISTS (SELECT 1 FROM commitment c WHERE c.investor = i.name) ORDER BY i.name", new { });

    /// <summary>Records a change of an investor and stores it.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The investor as it was; null if it is new.</param>
    /// <param name="after">The investor as it will be.</param>
    public static async Task<Investor> Save(UnitOfWork work, Investor? before, Investor after)
    {
        await work.Record(before, after);
        await work.Execute(
            before is null
                ? """
                  INSERT INTO investor (name, version, country, kind, search_text, state)
                  VALUES (@Name, @Version, @Country, @Kind, @SearchText, @State)
                  """
                : """
                  UPDATE investor
                  SET version = @Version, country = @Country, kind = @Kind, search_text = @SearchText, state = @State
                  WHERE name = @Name
                  """,
            new
            {
                after.Name,
                after.Version,
                after.Country,
                Kind = (long)after.Kind,
                SearchText = $"{ResourceNames.Investors.Id(after.Name)}\n{after.DisplayName}".ToLowerInvariant(),
                State = after.ToByteArray(),
            });
        return after;
    }

    /// <summary>Reads an investor.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public Task<Investor> Read(string name, CancellationToken cancellation) => Table.Read(database, name, cancellation);

    /// <summary>Reads the investors after a name that match the request's filters, ordered by name.</summary>
    public Task<IReadOnlyList<Investor>> List(ListInvestorsRequest filter, string after, int limit, CancellationToken cancellation)
    {
        var sql = "SELECT state FROM investor WHERE name > @after";
        if (filter.Countries.Count > 0)
            sql += " AND country IN @countries";
        if (filter.Kinds.Count > 0)
            sql += " AND kind IN @kinds";
        if (filter.Text.Length > 0)
            sql += " AND search_text LIKE @pattern ESCAPE '!'";
        return Table.ReadAll(
            database,
            $"{sql} ORDER BY name {database.Limit}",
            new
            {
                after,
                limit,
                countries = filter.Countries.AsEnumerable(),
                kinds = filter.Kinds.Select(kind => (long)kind),
                pattern = Like.Containing(filter.Text.ToLowerInvariant()),
            },
            cancellation);
    }

}
