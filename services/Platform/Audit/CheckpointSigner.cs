using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mining.Platform.Audit;

/// <summary>Signs the head of the log every <see cref="Interval"/> in which it has grown, and when the service stops.</summary>
public sealed class CheckpointSigner(Checkpoints checkpoints, TimeProvider time, ILogger<CheckpointSigner> logger) : BackgroundService
{
    /// <summary>How often the head is signed: what a rewriter of the log could alter unseen is so much at most.</summary>
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
                // Asked to stop: the head is signed once more by StopAsync.
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
