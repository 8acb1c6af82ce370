using Dapper;
using Microsoft.Extensions.Logging;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;

namespace Mining.Platform.Relay;

/// <summary>
/// The right to publish a log and the published position: one row, renewed by one replica at a time. Every renewal changes the row. Another
/// replica may take the lease after it has seen the row unchanged for <see cref="Length"/>, by its own monotonic clock, or immediately if
/// it was released. If two replicas published at once, it would do no harm, because consumers count a change once; the lease only ensures
/// that publishing does not stay interrupted.
/// </summary>
public sealed class PublishLease(Database database, Committer committer, ServiceIdentity service, TimeProvider time, ILogger logger)
{
    /// <summary>How long other replicas wait for a replica that does not renew the lease.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    /// <summary>How often the lease is renewed while held.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Maximum age of the last renewal to start a publication, so that it ends (<see cref="ChangeRelay.AnswerTimeout"/>) before another
    /// replica may publish.
    /// </summary>
    public static readonly TimeSpan UsableFor = Length - ChangeRelay.AnswerTimeout;

    /// <summary>Delay before retrying a failed write.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Timeout for releasing the lease at shutdown.</summary>
    public static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(2);

    private Row seen = new(0, "", -1);
    private long seenSince;
    private long? renewed;
    private long? failed;
    private long position;

    private enum Write
    {
        Done,
        Overtaken,
        Failed,
    }

    /// <summary>Whether this replica may publish now.</summary>
    public bool IsHeld => renewed is { } since && time.GetElapsedTime(since) <= UsableFor;

    /// <summary>The last sequence that the broker accepted from this replica or, as last seen, from another one.</summary>
    public long Position => Interlocked.Read(ref position);

    /// <summary>Whether the position is ahead of the saved one.</summary>
    public bool IsBehind => renewed is not null && Position > seen.PublishedSequence;

    /// <summary>Advances the position to a sequence accepted by the broker. It is saved with the next renewal.</summary>
    public void Advance(long sequence) => Interlocked.Exchange(ref position, Math.Max(position, sequence));

    /// <summary>Takes or renews the lease if due and possible. Returns whether it is held.</summary>
    public async Task<bool> Hold(CancellationToken cancellation)
    {
        if (renewed is { } since && time.GetElapsedTime(since) < RenewalInterval)
            return true;
        if (failed is { } at && time.GetElapsedTime(at) < RetryInterval)
            return IsHeld;
        if (renewed is null || await TryWrite(service.Replica, cancellation) == Write.Overtaken)
            await Look(cancellation);
        return IsHeld;
    }

    /// <summary>Saves the position and renews the lease.</summary>
    public async Task Keep(CancellationToken cancellation)
    {
        if (failed is not { } at || time.GetElapsedTime(at) >= RetryInterval)
            await TryWrite(service.Replica, cancellation);
    }

    /// <summary>Releases the lease and saves the position. Another replica may take it immediately.</summary>
    public async Task Release()
    {
        if (renewed is null)
            return;
        var given = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timeout = time.CreateTimer(_ => given.TrySetResult(false), null, ReleaseTimeout, Timeout.InfiniteTimeSpan);
        _ = Give();
        if (!await given.Task)
            logger.LogWarning("The publish lease could not be released in time; it will expire");
        renewed = null;

        async Task Give()
        {
            await TryWrite("", CancellationToken.None);
            given.TrySetResult(true);
        }
    }

    /// <summary>Reads the row and takes the lease if allowed.</summary>
    private async Task Look(CancellationToken cancellation)
    {
        var row = await database.Read(
            connection => connection.QuerySingleAsync<Row>("SELECT published_sequence, lease_owner, lease_renewal FROM relay_position WHERE id = 1"),
            cancellation);
        if (row.LeaseOwner != seen.LeaseOwner || row.LeaseRenewal != seen.LeaseRenewal)
            seenSince = time.GetTimestamp();
        seen = row;
        Advance(row.PublishedSequence);
        var isFree = row.LeaseOwner.Length == 0 || row.LeaseOwner == service.Replica;
        if (renewed is not null && !isFree)
            logger.LogWarning("{Replica} holds the publish lease; this replica waits", row.LeaseOwner);
        renewed = null;
        if (!isFree && time.GetElapsedTime(seenSince) < Length)
            return;
        if (await TryWrite(service.Replica, cancellation) == Write.Done && !isFree)
            logger.LogWarning("{Replica} has not renewed its publish lease for {Length}; this replica takes over", row.LeaseOwner, Length);
    }

    /// <summary>Renews, takes or releases the lease if the row is unchanged since it was last seen.</summary>
    private async Task<Write> TryWrite(string owner, CancellationToken cancellation)
    {
        var (from, to) = (seen, Position);
        var begun = 0L;
        var written = 0;
        try
        {
            await committer.Maintain(
                async (connection, transaction) =>
                {
                    begun = time.GetTimestamp(); // not at the request: the writer's queue may be long
                    written = await connection.ExecuteAsync(
                        """
                        UPDATE relay_position
                        SET lease_owner = @owner, lease_renewal = lease_renewal + 1,
                            published_sequence = CASE WHEN published_sequence < @to THEN @to ELSE published_sequence END
                        WHERE id = 1 AND lease_owner = @LeaseOwner AND lease_renewal = @LeaseRenewal
                        """,
                        new { owner, to, from.LeaseOwner, from.LeaseRenewal },
                        transaction);
                },
                cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The write may or may not have succeeded; the next one will tell. While the lease is usable, publishing continues.
            if (failed is null && exception is not RefusedException)
                logger.LogWarning("The publish lease and position could not be saved ({Reason}); retrying", exception.Message);
            failed = time.GetTimestamp();
            return Write.Failed;
        }

        failed = null;
        if (written != 1)
            return Write.Overtaken;
        (seen, seenSince, renewed) = (new Row(Math.Max(to, from.PublishedSequence), owner, from.LeaseRenewal + 1), begun, begun);
        return Write.Done;
    }

    private sealed record Row(long PublishedSequence, string LeaseOwner, long LeaseRenewal);
}
