using Dapper;
using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Names;
using Mining.Platform.Storage;

namespace Mining.Investors.Storage;

/// <summary>Commitments in the database: their state as protobuf, and the columns by which they are found.</summary>
public sealed class CommitmentStore(Database database)
{
    /// <summary>Loads a commitment for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public static async Task<Commitment> Load(Work work, string name) =>
        await Find(work, name) ?? throw NotFound(name);

    /// <summary>Loads a commitment for a command, or null.</summary>
    public static async Task<Commitment?> Find(Work work, string name) =>
        await work.ReadOne<byte[]>("SELECT state FROM commitment WHERE name = @name", new { name }) is { } state
            ? Commitment.Parser.ParseFrom(state)
            : null;

    /// <summary>Loads an investor's commitments for a command.</summary>
    public static async Task<IReadOnlyList<Commitment>> LoadOf(Work work, string investor) =>
        [.. (await work.ReadAll<byte[]>("SELECT state FROM commitment WHERE investor = @investor ORDER BY name", new { investor }))
            .Select(Commitment.Parser.ParseFrom)];

    /// <summary>Records a change of a commitment and stores it. Its investor, project and instrument never change.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The commitment as it was; null when it is new.</param>
    /// <param name="after">The commitment as it is to be.</param>
    public static async Task<Commitment> Save(Work work, Commitment? before, Commitment after)
    {
        await work.Record(before, after);
        await work.Execute(
            before is null
                ? """
                  INSERT INTO commitment (name, version, investor, project, instrument, status, state)
                  VALUES (@Name, @Version, @Investor, @Project, @Instrument, @Status, @State)
                  """
                : "UPDATE commitment SET version = @Version, status = @Status, state = @State WHERE name = @Name",
            new
            {
                after.Name,
                after.Version,
                after.Investor,
                after.Project,
                Instrument = (long)after.Instrument,
                Status = (long)after.Status,
                State = after.ToByteArray(),
            });
        return after;
    }

    /// <summary>Reads a commitment.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public async Task<Commitment> Read(string name, CancellationToken cancellation)
    {
        var state = await database.Read(
            connection => connection.QuerySingleOrDefaultAsync<byte[]>("SELECT state FROM commitment WHERE name = @name", new { name }),
            cancellation);
        return state is null ? throw NotFound(name) : Commitment.Parser.ParseFrom(state);
    }

    /// <summary>Reads the commitments after a name that meet the request's conditions, in the order of their names.</summary>
    public async Task<IReadOnlyList<Commitment>> List(
        ListCommitmentsRequest filter, string after, int limit, CancellationToken cancellation)
    {
        var sql = "SELECT state FROM commitment WHERE name > @after";
        if (filter.Investor.Length > 0)
            sql += " AND investor = @investor";
        if (filter.Project.Length > 0)
            sql += " AND project = @project";
        if (filter.Instruments.Count > 0)
            sql += " AND instrument IN @instruments";
        if (filter.Statuses.Count > 0)
            sql += " AND status IN @statuses";
        var rows = await database.Read(
            connection => connection.QueryAsync<byte[]>(
                $"{sql} ORDER BY name {database.Limit}",
                new
                {
                    after,
                    limit,
                    investor = filter.Investor,
                    project = filter.Project,
                    instruments = filter.Instruments.Select(instrument => (long)instrument),
                    statuses = filter.Statuses.Select(status => (long)status),
                }),
            cancellation);
        return [.. rows.Select(Commitment.Parser.ParseFrom)];
    }

    private static RefusedException NotFound(string name) => new(Refusal.NotFound(ResourceNames.Commitments.ResourceType, name));
}
