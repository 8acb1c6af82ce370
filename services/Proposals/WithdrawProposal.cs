using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>Withdraws a proposal, for a side that raised it. Errors: those of every decision (<see cref="ProposalDecision"/>).</summary>
public sealed class WithdrawProposal(Committer committer) : CommandFeature<WithdrawProposalRequest, Proposal>(committer)
{
    public override Func<UnitOfWork, Task<Proposal>> Prepare(WithdrawProposalRequest request, Violations violations) =>
        ProposalDecision.Close(request.Name, request.Etag, request.Reason, violations, Voting.Withdraw);
}
