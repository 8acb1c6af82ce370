using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Time;

namespace Mining.Platform.Bus;

/// <summary>
/// Watches the deliveries to <see cref="KnownProjects"/>. That reads no feed, so while nothing is delivered this asks for the feed's end, to
/// tell a broken broker from a service that is away. Replicas share one subscription and each delivery reaches one of them, on some brokers
/// always the same one. So each replica that receives deliveries says so in the database, and the others look there first.
/// </summary>
public sealed class SharedDeliveries(
    KnownProjects known, Database database, Committer committer, IFeedReader feed, DeliveryMonitor monitor, TimeProvider time, ILogger<SharedDeliveries> log)
    : BackgroundService
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly DeliveryWatch watch = known.Deliveries;
    private TimeSpan? lastDelivery;
    private long lastCount;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        monitor.Add(watch);
        while (true)
        {
            await Task.Delay(Interval, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception exception)
            {
                // The database is away, or the service is stopping. Without a look nothing can be said.
                log.LogDebug("Whether {Source} is delivered could not be found out ({Reason})", watch.Source, exception.Message);
            }

            monitor.Report(watch);
        }
    }

    /// <summary>Looks once whether something was delivered, here or at another replica, and if not, whether the source answers.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        if (watch.Status.LastDelivery is var delivery && delivery != lastDelivery)
        {
            lastDelivery = delivery;
            await committer.Maintain(Count, cancellation);
            return;
        }

        var count = await database.Read(
            connection => connection.QuerySingleOrDefaultAsync<long>("SELECT counted FROM delivery_count WHERE source = @Source", new { watch.Source }),
            cancellation);
        if (count != lastCount)
        {
            lastCount = count;
            watch.Delivered(time.MonotonicNow());
            lastDelivery = watch.Status.LastDelivery;
            return;
        }

        await AskSource(cancellation);
    }

    /// <summary>Changes the row, so that the other replicas see that this one receives deliveries. No clocks are compared.</summary>
    private async Task Count(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction)
    {
        if (await connection.ExecuteAsync("UPDATE delivery_count SET counted = counted + 1 WHERE source = @Source", new { watch.Source }, transaction) == 0)
            await connection.ExecuteAsync("INSERT INTO delivery_count (source, counted) VALUES (@Source, 1)", new { watch.Source }, transaction);
        lastCount = await connection.QuerySingleAsync<long>("SELECT counted FROM delivery_count WHERE source = @Source", new { watch.Source }, transaction);
    }

    private async Task AskSource(CancellationToken cancellation)
    {
        try
        {
            await foreach (var _ in feed.Read(watch.Source, long.MaxValue, cancellation))
                watch.SourceAnswered(time.MonotonicNow());
        }
        catch (Exception exception)
        {
            watch.SourceFailed();
            log.LogDebug("{Source} does not answer ({Reason})", watch.Source, exception.Message);
        }
    }
}
