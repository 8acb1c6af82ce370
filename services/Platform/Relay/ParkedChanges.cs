using Dapper;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;

namespace Mining.Platform.Relay;

/// <summary>Changes that the broker refused as such: out of the relay's way, visible, and ready to be tried again.</summary>
public sealed class ParkedChanges(Database database, Committer committer, CommitSignal signal, TimeProvider time)
{
    /// <summary>Sequences that an operator wants published again.</summary>
    internal System.Collections.Concurrent.ConcurrentQueue<long> Redriven { get; } = new();

    /// <summary>Puts a change aside with the broker's reason.</summary>
    public Task Park(long sequence, string reason, CancellationToken cancellation) => committer.Maintain(
        (connection, transaction) => connection.ExecuteAsync(
            """
            INSERT INTO parked_change (sequence, reason, park_time)
            SELECT @sequence, @reason, @now WHERE NOT EXISTS (SELECT 1 FROM parked_change WHERE sequence = @sequence)
            """,
            new { sequence, reason, now = Microseconds.From(time.GetUtcNow()) },
            transaction),
        cancellation);

    /// <summary>Forgets that a change was parked: it has been published.</summary>
    public Task Release(long sequence, CancellationToken cancellation) => committer.Maintain(
        (connection, transaction) => connection.ExecuteAsync(
            "DELETE FROM parked_change WHERE sequence = @sequence", new { sequence }, transaction),
        cancellation);

    /// <summary>How many changes are parked.</summary>
    public Task<long> Count(CancellationToken cancellation) =>
        database.Read(connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM parked_change"), cancellation);

    /// <summary>The parked changes after a sequence, oldest first.</summary>
    public async Task<IReadOnlyList<ParkedChange>> List(long after, int limit, CancellationToken cancellation)
    {
        var rows = await database.Read(
            connection => connection.QueryAsync<Row>(
                $"""
                SELECT p.sequence AS Sequence, c.resource AS Resource, p.reason AS Reason, p.park_time AS ParkTime
                FROM parked_change p JOIN change_log c ON c.sequence = p.sequence
                WHERE p.sequence > @after ORDER BY p.sequence {database.Limit}
                """,
                new { after, limit }),
            cancellation);
        return [.. rows.Select(row => new ParkedChange
        {
            Sequence = row.Sequence,
            Resource = row.Resource,
            Reason = row.Reason,
            ParkTime = Microseconds.ToTimestamp(row.ParkTime),
        })];
    }

    /// <summary>Has parked changes published again; each stays parked until the broker has taken it.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT: a sequence is not parked.</exception>
    public async Task<int> Redrive(IReadOnlyList<long> sequences, CancellationToken cancellation)
    {
        var parked = (await List(0, int.MaxValue, cancellation)).Select(change => change.Sequence).ToHashSet();
        var violations = new Violations();
        for (var i = 0; i < sequences.Count; i++)
        {
            if (!parked.Contains(sequences[i]))
                violations.Add($"sequences[{i}]", $"{sequences[i]} is not parked.");
        }

        violations.ThrowIfAny();
        var chosen = sequences.Count > 0 ? sequences.Distinct().ToList() : [.. parked.Order()];
        foreach (var sequence in chosen)
            Redriven.Enqueue(sequence);
        signal.Raise();
        return chosen.Count;
    }

    private sealed record Row(long Sequence, string Resource, string Reason, long ParkTime);
}
