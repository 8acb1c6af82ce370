using Microsoft.Extensions.Logging;
using Mining.Platform.Jobs;

namespace Mining.Platform.Audit;

/// <summary>Signs the head of the log every <see cref="Interval"/> in which it has grown, and when the service stops.</summary>
public sealed class CheckpointSigner(Checkpoints checkpoints, TimeProvider time, ILogger<CheckpointSigner> log) : PeriodicJob(Interval, time, log)
{
    /// <summary>How often the head is signed. Changes of the last interval could be rewritten unseen.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override Task RunOnce(CancellationToken cancellation) => checkpoints.Sign(cancellation);

    protected override Task RunLast(CancellationToken cancellation) => RunOnce(cancellation);
}
