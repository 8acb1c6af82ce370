using Dapper;
using Google.Protobuf;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Names;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>Proposals in the database of the service that owns the records concerned.</summary>
public sealed class ProposalStore(Database database) : ResourceStore<ProposalStore, Proposal>(database), IResourceTable<Proposal>
{
    private const string SeenBySides =
        " AND EXISTS (SELECT 1 FROM proposal_side s WHERE s.proposal = p.name AND s.side IN @sides)";

    public static string Table => "proposal";

    public static ResourceNames Names => ResourceNames.Proposals;

    /// <summary>Counts the open proposals that a side has raised.</summary>
    public static Task<long> CountOpen(UnitOfWork work, string side) => work.ReadOne<long>(
        """
        SELECT COUNT(*) FROM proposal p
        WHERE p.progress = @open AND EXISTS (SELECT 1 FROM proposal_side s WHERE s.proposal = p.name AND s.side = @side AND s.raised = 1)
        """,
        new { open = (long)ProposalState.Open, side });

    public static async Task Write(UnitOfWork work, Proposal? before, Proposal after)
    {
        await work.Execute(
            before is null
                ? """
                  INSERT INTO proposal (name, version, number, progress, expire_time, last_sequence, state)
                  VALUES (@Name, @Version, @Number, @Progress, @ExpireTime, @LastSequence, @State)
                  """
                : "UPDATE proposal SET version = @Version, progress = @Progress, last_sequence = @LastSequence, state = @State WHERE name = @Name",
            new
            {
                after.Name,
                after.Version,
                Number = ProposalName.NumberOf(after.Name),
                Progress = (long)after.State,
                ExpireTime = new RecordedTime(Microseconds.From(after.ExpireTime)),
                LastSequence = work.LastSequence,
                State = after.ToByteArray(),
            });
        if (before is null)
        {
            foreach (var side in after.NeededApprovals.Select(needed => needed.SideId))
            {
                await work.Execute(
                    "INSERT INTO proposal_side (proposal, side, raised) VALUES (@Name, @side, @raised)",
                    new { after.Name, side, raised = after.Raising.Sides.Contains(side) ? 1L : 0L });
            }
        }
    }

    /// <summary>Reads the proposals below a number in one of these states (empty for any), latest first.</summary>
    /// <param name="states">The states.</param>
    /// <param name="sides">Only proposals that concern one of these sides; null for all.</param>
    /// <param name="below">The number.</param>
    /// <param name="limit">The maximum number of rows.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<IReadOnlyList<Proposal>> List(
        IReadOnlyCollection<ProposalState> states, IReadOnlyList<string>? sides, long below, int limit, CancellationToken cancellation)
    {
        if (sides is { Count: 0 })
            return [];
        var sql = "SELECT p.state FROM proposal p WHERE p.number < @below";
        if (states.Count > 0)
            sql += " AND p.progress IN @states";
        if (sides is not null)
            sql += SeenBySides;
        return await Select(
            $"{sql} ORDER BY p.number DESC {Database.Limit}",
            new { below, states = states.Select(state => (long)state), sides, limit },
            cancellation);
    }

    /// <summary>Reads the proposals last changed after a sequence of the change log, ordered by that change.</summary>
    public async Task<IReadOnlyList<(long Sequence, Proposal Proposal)>> ChangedAfter(
        long sequence, IReadOnlyList<string>? sides, int limit, CancellationToken cancellation)
    {
        if (sides is { Count: 0 })
            return [];
        var sql = "SELECT p.last_sequence AS LastSequence, p.state AS State FROM proposal p WHERE p.last_sequence > @sequence";
        if (sides is not null)
            sql += SeenBySides;
        var rows = await Database.Read(
            connection => connection.QueryAsync<Row>($"{sql} ORDER BY p.last_sequence {Database.Limit}", new { sequence, sides, limit }), cancellation);
        return [.. rows.Select(row => (row.LastSequence, Proposal.Parser.ParseFrom(row.State)))];
    }

    /// <summary>Names of open proposals that have expired, oldest first.</summary>
    public async Task<IReadOnlyList<string>> Overdue(DateTimeOffset now, int limit, CancellationToken cancellation) => (await Database.Read(
        connection => connection.QueryAsync<string>(
            $"SELECT name FROM proposal WHERE progress = @open AND expire_time <= @now ORDER BY expire_time {Database.Limit}",
            new { open = (long)ProposalState.Open, now = new RecordedTime(Microseconds.From(now)), limit }),
        cancellation)).AsList();

    private sealed record Row(long LastSequence, byte[] State);
}

/// <summary>Names of proposals: the owning service and a number.</summary>
public static class ProposalName
{
    /// <summary>Creates the name of a proposal.</summary>
    public static string Of(string service, long number) => ResourceNames.Proposals.Name(FormattableString.Invariant($"{service}-{number}"));

    /// <summary>The service in a name; null if the name is malformed.</summary>
    public static string? ServiceOf(string name) =>
        ResourceNames.Proposals.IsName(name) && name.LastIndexOf('-') is > 0 and var hyphen ? ResourceNames.Proposals.Id(name[..hyphen]) : null;

    /// <summary>The number in a name.</summary>
    public static long NumberOf(string name) => long.Parse(name.AsSpan(name.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture);
}
