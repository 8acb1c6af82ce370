using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>
/// What all decisions on a proposal have in common. Errors: INVALID_ARGUMENT; NOT_FOUND, also if the caller may not see it; ABORTED;
/// PERMISSION_DENIED (OTHER_SIDE); FAILED_PRECONDITION (PROPOSAL_NOT_OPEN, PROPOSAL_EXPIRED).
/// </summary>
internal static class ProposalDecision
{
    public static void Check(string name, string reason, Violations violations, bool reasonRequired = false)
    {
        ResourceNames.Proposals.ReadName("name", name, violations);
        violations.CheckText("reason", reason, RaiseProposal.MaxReasonLength, reasonRequired);
    }

    /// <summary>Prepares a decision that closes the proposal without effect.</summary>
    public static Func<UnitOfWork, Task<Proposal>> Close(
        string name,
        string etag,
        string reason,
        Violations violations,
        Func<Proposal, Caller, string, DateTimeOffset, Decision<Proposal>> decide,
        bool reasonRequired = false)
    {
        Check(name, reason, violations, reasonRequired);
        return async work =>
        {
            var present = await Load(work, name, etag);
            return await ProposalStore.Save(work, present, decide(present, work.Caller, reason, work.Now).OrThrow());
        };
    }

    public static async Task<Proposal> Load(UnitOfWork work, string name, string etag)
    {
        var present = await ProposalStore.Load(work, name);
        if (!Voting.IsSeenBy(present, work.Caller))
            throw ProposalStore.NotFound(name);
        UnitOfWork.RequireEtag(etag, present);
        return present;
    }
}
