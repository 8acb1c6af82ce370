using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>Rejects a proposal, for a side concerned. Errors: those of every decision (<see cref="ProposalDecision"/>).</summary>
public sealed class RejectProposal(Committer committer) : CommandFeature<RejectProposalRequest, Proposal>(committer)
{
    public override Func<UnitOfWork, Task<Proposal>> Prepare(RejectProposalRequest request, Violations violations)
    {
        ProposalDecision.Check(request.Name, request.Reason, violations, reasonRequired: true);
        return async work =>
        {
            var present = await ProposalDecision.Load(work, request.Name, request.Etag);
            return await ProposalStore.Save(work, present, Voting.Reject(present, work.Caller, request.Reason, work.Now).OrThrow());
        };
    }
}
