using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Investors.Storage;

/// <summary>Investors in the database: the state as protobuf, and the columns used to find it.</summary>
public sealed class InvestorStore(Database database) : ResourceStore<InvestorStore, Investor>(database), IResourceTable<Investor>
{
    public static string Table => "investor";

    public static ResourceNames Names => ResourceNames.Investors;

    /// <summary>Loads the investors that have commitments, for a command.</summary>
    public static Task<IReadOnlyList<Investor>> LoadCommitted(UnitOfWork work) => Select(
        work, "SELECT i.state FROM investor i WHERE EXISTS (SELECT 1 FROM commitment c WHERE c.investor = i.name) ORDER BY i.name", new { });

    public static async Task Write(UnitOfWork work, Investor? before, Investor after)
    {
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
    }

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
        return Select(
            $"{sql} ORDER BY name {Database.Limit}",
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
