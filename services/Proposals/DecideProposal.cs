using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>
/// Approves, rejects or withdraws a proposal. The last needed approval and the command share one transaction: if the command is refused, so
/// is the approval. Errors: INVALID_ARGUMENT; NOT_FOUND, also if the caller may not see it; ABORTED; PERMISSION_DENIED (OTHER_SIDE);
/// FAILED_PRECONDITION (PROPOSAL_NOT_OPEN, PROPOSAL_EXPIRED, ALREADY_APPROVED, COMMAND_NOT_KNOWN); and the errors of the command.
/// </summary>
public sealed class DecideProposal(Committer committer, IJointDecisions decisions)
{
    public Task<Proposal> Run(ApproveProposalRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    public Task<Proposal> Run(RejectProposalRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    public Task<Proposal> Run(WithdrawProposalRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    /// <summary>Executes the command of an approved proposal, on behalf of everyone who approved it.</summary>
    /// <param name="work">The transaction.</param>
    /// <param name="present">The stored proposal.</param>
    /// <param name="agreed">The proposal with the last approval.</param>
    /// <param name="kind">The method of the command.</param>
    /// <param name="decide">The work of the command.</param>
    internal static async Task<Proposal> TakeEffect(
        UnitOfWork work, Proposal present, Proposal agreed, ProposedCommand kind, Func<UnitOfWork, Task<IVersionedResource>> decide)
    {
        var made = await work.OnBehalfOf(Voting.InTheNameOfAll(agreed), kind.Method, decide);
        return await ProposalStore.Save(work, present, Voting.TakeEffect(agreed, made.Name, made.Version));
    }

    private Func<UnitOfWork, Task<Proposal>> Check(ApproveProposalRequest request, Violations violations)
    {
        CheckCommon(request.Name, request.Reason, violations);
        return async work =>
        {
            var present = await Load(work, request.Name, request.Etag);
            var next = Voting.Approve(present, work.Caller, request.Reason, work.Now).OrThrow();
            if (!Voting.IsAgreed(next))
                return await ProposalStore.Save(work, present, next);
            var (kind, decide) = Read(present);
            return await TakeEffect(work, present, next, kind, decide);
        };
    }

    private static Func<UnitOfWork, Task<Proposal>> Check(RejectProposalRequest request, Violations violations)
    {
        CheckCommon(request.Name, request.Reason, violations, reasonRequired: true);
        return async work =>
        {
            var present = await Load(work, request.Name, request.Etag);
            return await ProposalStore.Save(work, present, Voting.Reject(present, work.Caller, request.Reason, work.Now).OrThrow());
        };
    }

    private static Func<UnitOfWork, Task<Proposal>> Check(WithdrawProposalRequest request, Violations violations)
    {
        CheckCommon(request.Name, request.Reason, violations);
        return async work =>
        {
            var present = await Load(work, request.Name, request.Etag);
            return await ProposalStore.Save(work, present, Voting.Withdraw(present, work.Caller, request.Reason, work.Now).OrThrow());
        };
    }

    private static void CheckCommon(string name, string reason, Violations violations, bool reasonRequired = false)
    {
        ResourceNames.Proposals.ReadName("name", name, violations);
        violations.CheckText("reason", reason, RaiseProposal.MaxReasonLength, reasonRequired);
    }

    private static async Task<Proposal> Load(UnitOfWork work, string name, string etag)
    {
        var present = await ProposalStore.Load(work, name);
        if (!Voting.IsSeenBy(present, work.Caller))
            throw ProposalStore.NotFound(name);
        UnitOfWork.RequireEtag(etag, present);
        return present;
    }

    /// <summary>Reads the command of a proposal. Refused if this version of the service does not support it.</summary>
    private (ProposedCommand Kind, Func<UnitOfWork, Task<IVersionedResource>> Decide) Read(Proposal proposal)
    {
        var type = Google.Protobuf.WellKnownTypes.Any.GetTypeName(proposal.Command.TypeUrl);
        var kind = decisions.Commands.FirstOrDefault(known => known.Request.FullName == type)
            ?? throw new RefusedException(Refusal.Precondition("COMMAND_NOT_KNOWN", proposal.Name, $"This version of the service does not support {type}."));
        var violations = new Violations();
        var decide = kind.Read(proposal.Command, "command", violations) is { } message ? kind.Check(message, "command", violations) : null;
        violations.ThrowIfAny();
        return (kind, decide!);
    }
}
