using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>Forgets the answers of request ids that have outlived their time, a bounded number at once.</summary>
public sealed class RequestCleanup(Database database, Committer committer, TimeProvider time, ILogger<RequestCleanup> log) : BackgroundService
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Forget(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    /// <summary>Forgets at most <see cref="RequestLedger.ForgottenAtOnce"/> answers.</summary>
    public async Task Forget(CancellationToken cancellation)
    {
        try
        {
            await committer.Maintain(
                async (connection, transaction) =>
                {
                    // The oldest first; everything up to the last of them goes, so that the statement is the same on every database.
                    var times = (await connection.QueryAsync<RecordedTime>(
                        $"SELECT create_time FROM request WHERE create_time < @expired ORDER BY create_time {database.Limit}",
                        new { expired = new RecordedTime(Microseconds.From(time.GetUtcNow() - RequestLedger.Lifetime)), limit = RequestLedger.ForgottenAtOnce },
                        transaction)).AsList();
                    if (times.Count > 0)
                        await connection.ExecuteAsync("DELETE FROM request WHERE create_time <= @last", new { last = times[^1] }, transaction);
                },
                cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.LogWarning(exception, "Old request ids could not be deleted; retrying");
        }
    }
}
