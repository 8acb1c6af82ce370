using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Platform.Commit;
using Mining.Primitives.Settings;

namespace Mining.Proposals;

/// <summary>
/// Marks expired proposals, a bounded number at a time, so that watchers see it. Correctness does not depend on it: every decision on a
/// proposal checks its expiry time.
/// </summary>
public sealed class ProposalExpiry(
    ProposalStore store, Committer committer, ServiceIdentity service, TimeProvider time, ILogger<ProposalExpiry> log) : BackgroundService
{
    /// <summary>How often it runs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Maximum number of proposals per run.</summary>
    public const int AtOnce = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await Record(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service is shutting down.
        }
    }

    /// <summary>Marks at most <see cref="AtOnce"/> proposals.</summary>
    public async Task Record(CancellationToken cancellation)
    {
        try
        {
            foreach (var name in await store.Overdue(time.GetUtcNow(), AtOnce, cancellation))
                await committer.Run(Command.OfService(service.Name, "ExpireProposal"), work => Expire(work, name), cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.LogWarning(exception, "Expired proposals could not be recorded; retrying");
        }
    }

    private static async Task<Mining.Proposals.V1.Proposal> Expire(UnitOfWork work, string name)
    {
        var present = await ProposalStore.Load(work, name);
        var next = Voting.Expire(present, work.Now);
        return ReferenceEquals(next, present) ? present : await ProposalStore.Save(work, present, next);
    }
}
