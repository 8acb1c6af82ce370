using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dapper;
using Mining.Changes.V1;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Platform.Storage;

namespace Mining.Platform.Relay;

/// <summary>
/// Parked changes: rejected by the broker individually, moved out of the relay's way, visible to operators, and ready to be redriven.
/// </summary>
public sealed class ParkedChanges(Database database, Committer committer, ChangeLog log, TimeProvider time)
{
    private static readonly Meter Meter = new("Mining.Platform.Relay");
    private static readonly ConcurrentDictionary<string, long> Now = new(StringComparer.Ordinal);

    static ParkedChanges() => Meter.CreateObservableGauge(
        "mining.relay.parked_now",
        () => Now.Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("source", entry.Key))),
        "{change}",
        "Changes now parked because the broker rejected them; refreshed once a second.");

    /// <summary>Parks a change with the broker's reason.</summary>
    public Task Park(long sequence, string reason, CancellationToken cancellation) => committer.Maintain(
        (connection, transaction) => connection.ExecuteAsync(
            """
            INSERT INTO parked_change (sequence, reason, park_time)
            SELECT @sequence, @reason, @now WHERE NOT EXISTS (SELECT 1 FROM parked_change WHERE sequence = @sequence)
            """,
            new { sequence, reason, now = new RecordedTime(Microseconds.From(time.GetUtcNow())) },
            transaction),
        cancellation);

    /// <summary>Removes a parked change after it was published.</summary>
    public Task Release(long sequence, CancellationToken cancellation) => committer.Maintain(
        (connection, transaction) => connection.ExecuteAsync(
            "DELETE FROM parked_change WHERE sequence = @sequence", new { sequence }, transaction),
        cancellation);

    /// <summary>Keeps a change parked that was rejected again, with the latest reason.</summary>
    public Task Keep(long sequence, string reason, CancellationToken cancellation) => committer.Maintain(
        (connection, transaction) => connection.ExecuteAsync(
            "UPDATE parked_change SET reason = @reason, redrive_time = NULL WHERE sequence = @sequence", new { sequence, reason }, transaction),
        cancellation);

    /// <summary>Counts the parked changes.</summary>
    public async Task<long> Count(CancellationToken cancellation) => Now[log.Source] = await database.Read(
        connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM parked_change"), cancellation);

    /// <summary>The parked changes that an operator has redriven, oldest first.</summary>
    public async Task<IReadOnlyList<long>> Redriven(int limit, CancellationToken cancellation) => await database.Read(
        async connection => (await connection.QueryAsync<long>(
            $"SELECT sequence FROM parked_change WHERE redrive_time IS NOT NULL ORDER BY sequence {database.Limit}", new { limit })).AsList(),
        cancellation);

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
            ParkTime = Microseconds.ToTimestamp(row.ParkTime.Microseconds),
        })];
    }

    /// <summary>
    /// Marks parked changes for another publication. The publishing replica retries them at its next heartbeat; each stays parked until the
    /// broker accepts it.
    /// </summary>
    /// <param name="sequences">The sequences; empty for all parked changes.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="RefusedException">INVALID_ARGUMENT if a sequence is not parked.</exception>
    public async Task<int> Redrive(IReadOnlyList<long> sequences, Caller caller, CancellationToken cancellation)
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
        await committer.Maintain(
            async (connection, transaction) =>
            {
                foreach (var some in chosen.Chunk(PageSizes.Max))
                {
                    await connection.ExecuteAsync(
                        "UPDATE parked_change SET redrive_time = @now WHERE sequence IN @some",
                        new { some, now = new RecordedTime(Microseconds.From(time.GetUtcNow())) },
                        transaction);
                }

                await AuditTrail.Write(connection, transaction, AuditRow.Of(caller, "RedriveChanges", time.GetUtcNow()));
            },
            cancellation);
        return chosen.Count;
    }

    private sealed record Row(long Sequence, string Resource, string Reason, RecordedTime ParkTime);
}
