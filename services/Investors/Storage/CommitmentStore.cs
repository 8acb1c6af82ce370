using Dapper;
using Google.Protobuf;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Names;

namespace Mining.Investors.Storage;

/// <summary>Commitments in the database: the state as protobuf, and the columns used to find it.</summary>
public sealed class CommitmentStore(Database database) : ResourceStore<CommitmentStore, Commitment>(database), IResourceTable<Commitment>
{
    public static string Table => "commitment";

    public static ResourceNames Names => ResourceNames.Commitments;

    /// <summary>Loads an investor's commitments for a command.</summary>
    public static Task<IReadOnlyList<Commitment>> LoadOf(UnitOfWork work, string investor) =>
        Select(work, "SELECT state FROM commitment WHERE investor = @investor ORDER BY name", new { investor });

    /// <summary>Loads the confidential commitments for a command, ordered by name.</summary>
    public static Task<IReadOnlyList<Commitment>> LoadConfidential(UnitOfWork work) =>
        Select(work, "SELECT state FROM commitment WHERE confidential = 1 ORDER BY name", new { });

    /// <summary>Writes the row of a changed commitment. Its investor, project, instrument and confidentiality never change.</summary>
    public static async Task Write(UnitOfWork work, Commitment? before, Commitment after)
    {
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
    }

    /// <summary>Whether there is any confidential commitment.</summary>
    public async Task<bool> HasConfidential(CancellationToken cancellation) => await Database.Read(
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
        return Select(
            $"{sql} ORDER BY name {Database.Limit}",
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
