using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>Withdraws a proposal, for a side that raised it. Errors: those of every decision (<see cref="ProposalDecision"/>).</summary>
public sealed class WithdrawProposal(Committer committer) : CommandFeature<WithdrawProposalRequest, Proposal>(committer)
{
    public override Func<UnitOfWork, Task<Proposal>> Prepare(WithdrawProposalRequest request, Violations violations)
    {
        ProposalDecision.Check(request.Name, request.Reason, violations);
        return async work =>
        {
            var present = await ProposalDecision.Load(work, request.Name, request.Etag);
            return await ProposalStore.Save(work, present, Voting.Withdraw(present, work.Caller, request.Reason, work.Now).OrThrow());
        };
    }
}
