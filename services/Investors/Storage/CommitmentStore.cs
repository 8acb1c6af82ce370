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
    private static readonly ResourceTable<Commitment> Table = new("commitment", ResourceNames.Commitments, Commitment.Parser);

    /// <summary>Loads a commitment for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public static Task<Commitment> Load(Work work, string name) => Table.Load(work, name);

    /// <summary>Loads a commitment for a command, or null.</summary>
    public static Task<Commitment?> Find(Work work, string name) => Table.Find(work, name);

    /// <summary>Loads an investor's commitments for a command.</summary>
    public static Task<IReadOnlyList<Commitment>> LoadOf(Work work, string investor) =>
        Table.LoadAll(work, "SELECT state FROM commitment WHERE investor = @investor ORDER BY name", new { investor });

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
    public Task<Commitment> Read(string name, CancellationToken cancellation) => Table.Read(database, name, cancellation);

    /// <summary>Reads the commitments after a name that meet the request's conditions, in the order of their names.</summary>
    public Task<IReadOnlyList<Commitment>> List(
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
        return Table.ReadAll(
            database,
            $"{sql} ORDER BY name {database.Limit}",
            new
            {
                after,
                limit,
                investor = filter.Investor,
                project = filter.Project,
                instruments = filter.Instruments.Select(instrument => (long)instrument),
                statuses = filter.Statuses.Select(status => (long)status),
            },
            cancellation);
    }

}
