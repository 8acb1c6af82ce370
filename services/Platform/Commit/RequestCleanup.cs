using Dapper;
using Microsoft.Extensions.Logging;
using Mining.Platform.Jobs;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>Forgets the answers of request ids that have outlived their time, at most <see cref="RequestLedger.ForgottenAtOnce"/> in one run.</summary>
public sealed class RequestCleanup(Database database, Committer committer, TimeProvider time, ILogger<RequestCleanup> log) : PeriodicJob(Interval, time, log)
{
    /// <summary>How often it runs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override Task RunOnce(CancellationToken cancellation) => committer.Maintain(
        async (connection, transaction) =>
        {
            // The oldest first; everything up to the last of them goes, so that the statement is the same on every database.
            var times = (await connection.QueryAsync<RecordedTime>(
                $"SELECT create_time FROM request WHERE create_time < @expired ORDER BY create_time {database.Limit}",
                new { expired = new RecordedTime(Microseconds.From(Time.GetUtcNow() - RequestLedger.Lifetime)), limit = RequestLedger.ForgottenAtOnce },
                transaction)).AsList();
            if (times.Count > 0)
                await connection.ExecuteAsync("DELETE FROM request WHERE create_time <= @last", new { last = times[^1] }, transaction);
        },
        cancellation);
}
