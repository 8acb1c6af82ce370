using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mining.Platform.Jobs;

/// <summary>Background work at a fixed interval. A failed run is logged, and the next one tries again.</summary>
public abstract class PeriodicJob(TimeSpan interval, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>The job's log.</summary>
    protected ILogger Log { get; } = log;

    /// <summary>Runs the job once.</summary>
    public abstract Task RunOnce(CancellationToken cancellation);

    /// <summary>Stops the job; its last run follows.</summary>
    public sealed override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RunOrLog(RunLast, cancellationToken);
    }

    /// <summary>Runs when the service stops, even if the job has never run. Default: nothing.</summary>
    protected virtual Task RunLast(CancellationToken cancellation) => Task.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RunOrLog(RunOnce, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task RunOrLog(Func<CancellationToken, Task> run, CancellationToken cancellation)
    {
        try
        {
            await run(cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            Log.LogError(exception, "{Job} failed; it runs every {Interval}", GetType().Name, interval);
        }
    }
}
