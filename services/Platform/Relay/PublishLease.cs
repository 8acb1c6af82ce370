using Dapper;
using Microsoft.Extensions.Logging;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Hosting;
using Mining.Platform.Storage;

namespace Mining.Platform.Relay;

/// <summary>
/// The right to publish a log, and the place up to which it was published: one row, which one replica at a time renews. Every renewal
/// changes the row; another replica may take it when it has seen it unchanged for <see cref="Length"/>, by its own steady clock, or at
/// once when it was given back. Two that publish at a time would do no harm, for a change is counted once; that none does has an end.
/// </summary>
public sealed class PublishLease(Database database, Committer committer, ServiceIdentity service, TimeProvider time, ILogger logger)
{
    /// <summary>How long a replica that does not renew it keeps the others from publishing.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    /// <summary>How often it is renewed while it is held.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(3);

    /// <summary>
    /// From this age on nothing is begun under it: what was begun has an end (<see cref="ChangeRelay.AnswerTimeout"/>) before others
    /// may publish.
    /// </summary>
    public static readonly TimeSpan UsableFor = Length - ChangeRelay.AnswerTimeout;

    /// <summary>How long after a failed write the next one is tried.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long giving it back may take when the service stops.</summary>
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

    /// <summary>Whether something may be published now.</summary>
    public bool IsHeld => renewed is { } since && time.GetElapsedTime(since) <= UsableFor;

    /// <summary>The last sequence that the broker has taken, from this replica or, as last seen, from another one.</summary>
    public long Position => Interlocked.Read(ref position);

    /// <summary>Whether the position is further than what is written down.</summary>
    public bool IsBehind => renewed is not null && Position > seen.PublishedSequence;

    /// <summary>The broker has taken everything up to a sequence. It is written down with the next renewal.</summary>
    public void Advance(long sequence) => Interlocked.Exchange(ref position, Math.Max(position, sequence));

    /// <summary>Takes or renews the lease where that is due and possible; answers whether it is held.</summary>
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

    /// <summary>Writes the position down, and renews the lease with it.</summary>
    public async Task Keep(CancellationToken cancellation)
    {
        if (failed is not { } at || time.GetElapsedTime(at) >= RetryInterval)
            await TryWrite(service.Replica, cancellation);
    }

    /// <summary>Gives the lease back, with the position; another replica may take it at once.</summary>
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

    /// <summary>Reads the row, and takes the lease where it may be taken.</summary>
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

    /// <summary>Renews, takes or gives back, if the row still is as it was seen.</summary>
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
                    begun = time.GetTimestamp(); // not when it was asked for: the writer's queue may be long
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
            // It may have been written or not; the next try tells. While the lease is usable, publication goes on.
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
