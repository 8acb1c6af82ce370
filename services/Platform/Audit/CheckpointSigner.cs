using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mining.Platform.Audit;

/// <summary>Signs the head of the log once per <see cref="Interval"/> if the log has grown, and at shutdown.</summary>
public sealed class CheckpointSigner(Checkpoints checkpoints, TimeProvider time, ILogger<CheckpointSigner> logger) : BackgroundService
{
    /// <summary>How often the head is signed. Someone who rewrites the log can alter at most this much without being detected.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Sign(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Interval, time, stoppingToken);
                await Sign(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The service is shutting down; StopAsync signs the head once more.
            }
        }
    }

    private async Task Sign(CancellationToken cancellation)
    {
        try
        {
            await checkpoints.Sign(cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogError(exception, "The head of the change log could not be signed; retrying");
        }
    }
}
