using Google.Protobuf.WellKnownTypes;
using Mining.Common.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>
/// Approves a proposal. The last needed approval and the command share one transaction: if the command is refused, so is the approval.
/// Errors: those of every decision (<see cref="ProposalDecision"/>); FAILED_PRECONDITION (ALREADY_APPROVED, COMMAND_NOT_KNOWN); and the
/// errors of the command.
/// </summary>
public sealed class ApproveProposal(Committer committer, FeatureCatalogue features)
    : CommandFeature<ApproveProposalRequest, Proposal>(committer)
{
    public override Func<UnitOfWork, Task<Proposal>> Prepare(ApproveProposalRequest request, Violations violations)
    {
        ProposalDecision.Check(request.Name, request.Reason, violations);
        return async work =>
        {
            var present = await ProposalDecision.Load(work, request.Name, request.Etag);
            var next = Voting.Approve(present, work.Caller, request.Reason, work.Now).OrThrow();
            if (!Voting.IsAgreed(next))
                return await ProposalStore.Save(work, present, next);
            var (command, decide) = ReadCommand(present);
            return await TakeEffect(work, present, next, command, decide);
        };
    }

    /// <summary>Executes the command of an approved proposal, on behalf of everyone who approved it.</summary>
    /// <param name="work">The transaction.</param>
    /// <param name="present">The stored proposal.</param>
    /// <param name="agreed">The proposal with the last approval.</param>
    /// <param name="command">The command.</param>
    /// <param name="decide">The work of the command.</param>
    internal static async Task<Proposal> TakeEffect(
        UnitOfWork work, Proposal present, Proposal agreed, ICommandFeature command, Func<UnitOfWork, Task<IVersionedResource>> decide)
    {
        var made = await work.OnBehalfOf(Voting.InTheNameOfAll(agreed), command.Method.Name, decide);
        return await ProposalStore.Save(work, present, Voting.TakeEffect(agreed, made.Name, made.Version));
    }

    /// <summary>Reads the command of a proposal. Refused if this version of the service does not support it.</summary>
    private (ICommandFeature Command, Func<UnitOfWork, Task<IVersionedResource>> Decide) ReadCommand(Proposal proposal)
    {
        var type = Any.GetTypeName(proposal.Command.TypeUrl);
        var command = features.FindProposable(type)
            ?? throw new RefusedException(Refusal.Precondition(
                "COMMAND_NOT_KNOWN", proposal.Name, $"This version of the service does not support {type}."));
        var violations = new Violations();
        var decide = command.Unpack(proposal.Command, "command", violations) is { } message
            ? command.Prepare(message, "command", violations)
            : null;
        violations.ThrowIfAny();
        return (command, decide!);
    }
}
