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

    public static async Task<Proposal> Load(UnitOfWork work, string name, string etag)
    {
        var present = await ProposalStore.Load(work, name);
        if (!Voting.IsSeenBy(present, work.Caller))
            throw ProposalStore.NotFound(name);
        UnitOfWork.RequireEtag(etag, present);
        return present;
    }
}
