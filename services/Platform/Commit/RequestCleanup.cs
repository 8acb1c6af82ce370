using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>Deletes expired responses of request ids, a bounded number at a time.</summary>
public sealed class RequestCleanup(Database database, Committer committer, TimeProvider time, ILogger<RequestCleanup> log) : BackgroundService
{
    /// <summary>How often it runs.</summary>
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
            // The service is shutting down.
        }
    }

    /// <summary>Deletes at most <see cref="RequestLedger.ForgottenAtOnce"/> responses.</summary>
    public async Task Forget(CancellationToken cancellation)
    {
        try
        {
            await committer.Maintain(
                async (connection, transaction) =>
                {
                    // Finds the time of the oldest rows and deletes everything up to it, because a DELETE with a limit differs between
                    // databases.
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
