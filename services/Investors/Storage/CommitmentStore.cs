using Dapper;
using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Investors.Storage;

/// <summary>Commitments in the database: the state as protobuf, and the columns used to find it.</summary>
public sealed class CommitmentStore(Database database)
{
    private static readonly ResourceTable<Commitment> Table = new("commitment", ResourceNames.Commitments, Commitment.Parser);

    /// <summary>Loads a commitment for a command.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public static Task<Commitment> Load(UnitOfWork work, string name) => Table.Load(work, name);

    /// <summary>Loads a commitment for a command, or null.</summary>
    public static Task<Commitment?> Find(UnitOfWork work, string name) => Table.Find(work, name);

    /// <summary>Loads an investor's commitments for a command.</summary>
    public static Task<IReadOnlyList<Commitment>> LoadOf(UnitOfWork work, string investor) =>
        Table.LoadAll(work, "SELECT state FROM commitment WHERE investor = @investor ORDER BY name", new { investor });

    /// <summary>Loads the confidential commitments for a command, ordered by name.</summary>
    public static Task<IReadOnlyList<Commitment>> LoadConfidential(UnitOfWork work) =>
        Table.LoadAll(work, "SELECT state FROM commitment WHERE confidential = 1 ORDER BY name", new { });

    /// <summary>
    /// Records a change of a commitment and stores it. Its investor, project, instrument and confidentiality never change.
    /// </summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The commitment as it was; null if it is new.</param>
    /// <param name="after">The commitment as it will be.</param>
    public static async Task<Commitment> Save(UnitOfWork work, Commitment? before, Commitment after)
    {
        await work.Record(before, after);
        await work.Execute(
            before is null
                ? """
                  INSERT INTO commitment (name, version, investor, project, instrument, status, confidential, state)
                  VALUES (@Name, @Version, @Investor, @Project, @Instrument, @Status, @Confidential, @State)
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
                Confidential = after.Confidential ? 1L : 0L,
                State = after.ToByteArray(),
            });
        return after;
    }

    /// <summary>Reads a commitment.</summary>
    /// <exception cref="RefusedException">NOT_FOUND.</exception>
    public Task<Commitment> Read(string name, CancellationToken cancellation) => Table.Read(database, name, cancellation);

    /// <summary>Whether there is any confidential commitment.</summary>
    public async Task<bool> HasConfidential(CancellationToken cancellation) => await database.Read(
        connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM commitment WHERE confidential = 1"), cancellation) > 0;

    /// <summary>Reads the commitments after a name that match the request's filters, ordered by name.</summary>
    /// <param name="filter">The filters.</param>
    /// <param name="seats">
    /// Includes only confidential commitments whose investor has its seat in one of these countries; null for all.
    /// </param>
    /// <param name="after">The last name of the previous page.</param>
    /// <param name="limit">The maximum number of rows.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public Task<IReadOnlyList<Commitment>> List(
        ListCommitmentsRequest filter, IReadOnlyList<string>? seats, string after, int limit, CancellationToken cancellation)
    {
        var sql = "SELECT state FROM commitment WHERE name > @after";
        if (seats is not null)
            sql += " AND (confidential = 0 OR investor IN (SELECT name FROM investor WHERE country IN @seats))";
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
                seats,
                investor = filter.Investor,
                project = filter.Project,
                instruments = filter.Instruments.Select(instrument => (long)instrument),
                statuses = filter.Statuses.Select(status => (long)status),
            },
            cancellation);
    }
}
