using Microsoft.Extensions.Logging;
using Mining.Platform.Commit;
using Mining.Platform.Jobs;
using Mining.Primitives.Settings;

namespace Mining.Proposals;

/// <summary>
/// Marks expired proposals, a bounded number at a time, so that watchers see it. Correctness does not depend on it: every decision on a
/// proposal checks its expiry time.
/// </summary>
public sealed class ProposalExpiry(
    ProposalStore store, Committer committer, ServiceIdentity service, TimeProvider time, ILogger<ProposalExpiry> log)
    : PeriodicJob(Interval, time, log)
{
    /// <summary>How often it runs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How many it records in one run at most.</summary>
    public const int AtOnce = 100;

    public override async Task RunOnce(CancellationToken cancellation)
    {
        foreach (var name in await store.Overdue(Time.GetUtcNow(), AtOnce, cancellation))
            await committer.Run(Command.OfService(service.Name, "ExpireProposal"), work => Expire(work, name), cancellation);
    }

    private static async Task<Mining.Proposals.V1.Proposal> Expire(UnitOfWork work, string name)
    {
        var present = await ProposalStore.Load(work, name);
        var next = Voting.Expire(present, work.Now);
        return ReferenceEquals(next, present) ? present : await ProposalStore.Save(work, present, next);
    }
}
