using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>Rejects a proposal, for a side concerned. Errors: those of every decision (<see cref="ProposalDecision"/>).</summary>
public sealed class RejectProposal(Committer committer) : CommandFeature<RejectProposalRequest, Proposal>(committer)
{
    public override Func<UnitOfWork, Task<Proposal>> Prepare(RejectProposalRequest request, Violations violations) =>
        ProposalDecision.Close(request.Name, request.Etag, request.Reason, violations, Voting.Reject, reasonRequired: true);
}
