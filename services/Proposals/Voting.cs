using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>The voting rules of proposals. Pure: every method returns the new state or a refusal and does not modify its input.</summary>
public static class Voting
{
    /// <summary>Number of people of a side who must approve, normally and with four eyes.</summary>
    public const int OnePerson = 1, FourEyes = 2;

    /// <summary>Raises a proposal, with the first approval for the caller's sides.</summary>
    public static Decision<Proposal> Raise(
        Proposal proposal, IReadOnlyList<string> sides, IReadOnlySet<string> withFourEyes, Caller caller, string reason, DateTimeOffset now)
    {
        var raised = proposal.Clone();
        raised.State = ProposalState.Open;
        raised.NeededApprovals.AddRange(sides.Select(side => new NeededApproval
        {
            SideId = side,
            PeopleCount = withFourEyes.Contains(side) ? FourEyes : OnePerson,
        }));
        return CreateVote(caller, reason, now, sides.Where(caller.Sides.Contains)) is { Sides.Count: > 0 } word
            ? With(raised, word)
            : OtherSide(raised, caller);

        static Proposal With(Proposal raised, Vote word)
        {
            raised.Raising = word;
            raised.Approvals.Add(word.Clone());
            return raised;
        }
    }

    /// <summary>Adds the caller's approval for those of their sides that still need one.</summary>
    public static Decision<Proposal> Approve(Proposal present, Caller caller, string reason, DateTimeOffset now)
    {
        if (NotOpen(present, now) is { } closed)
            return closed;
        var own = Concerned(present, caller);
        if (own.Count == 0)
            return OtherSide(present, caller);
        var mine = own.Where(side => People(present, side.SideId).Contains(caller.Name)).ToList();
        var lacking = own.Except(mine).Where(side => People(present, side.SideId).Count < side.PeopleCount).ToList();
        if (lacking.Count == 0)
        {
            var waiting = mine.FirstOrDefault(side => People(present, side.SideId).Count < side.PeopleCount);
            return Refusal.Precondition("ALREADY_APPROVED", present.Name, waiting is null
                ? $"{string.Join(" and ", own.Select(side => side.SideId))} already approved {present.Name}."
                : $"{caller.Name} already approved {present.Name}; {waiting.SideId} requires two approvers (four eyes), so another person must approve for it.");
        }

        var next = present.Clone();
        next.Approvals.Add(CreateVote(caller, reason, now, lacking.Select(side => side.SideId)));
        return next;
    }

    /// <summary>Closes the proposal without effect, for a side concerned.</summary>
    public static Decision<Proposal> Reject(Proposal present, Caller caller, string reason, DateTimeOffset now) =>
        Close(present, ProposalState.Rejected, Concerned(present, caller).Select(side => side.SideId), caller, reason, now);

    /// <summary>Closes the proposal without effect, for a side that raised it.</summary>
    public static Decision<Proposal> Withdraw(Proposal present, Caller caller, string reason, DateTimeOffset now) =>
        Close(present, ProposalState.Withdrawn, present.Raising.Sides.Where(caller.Sides.Contains), caller, reason, now);

    /// <summary>Marks the proposal as expired. Returns it unchanged if it has not expired.</summary>
    public static Proposal Expire(Proposal present, DateTimeOffset now)
    {
        if (present.State != ProposalState.Open || !IsOver(present, now))
            return present;
        var next = present.Clone();
        next.State = ProposalState.Expired;
        return next;
    }

    /// <summary>Records the result of the command.</summary>
    public static Proposal TakeEffect(Proposal agreed, string resource, long version)
    {
        var next = agreed.Clone();
        (next.State, next.Resource, next.ResourceVersion) = (ProposalState.TakenEffect, resource, version);
        return next;
    }

    /// <summary>Whether all needed approvals are given.</summary>
    public static bool IsAgreed(Proposal proposal) =>
        proposal.NeededApprovals.All(needed => People(proposal, needed.SideId).Count >= needed.PeopleCount);

    /// <summary>The caller on whose behalf an approved proposal takes effect: everyone who approved, for all sides concerned.</summary>
    public static Caller InTheNameOfAll(Proposal agreed) => new(Names([.. agreed.Approvals.Select(vote => vote.Caller).Distinct()]))
    {
        Sides = [.. agreed.NeededApprovals.Select(needed => needed.SideId)],
        Roles = Roles.Officer,
    };

    /// <summary>Whether the caller may see the proposal. Visible to the sides concerned and to auditors.</summary>
    public static bool IsSeenBy(Proposal proposal, Caller caller) =>
        caller.Roles.HasFlag(Roles.Auditor) || Concerned(proposal, caller).Count > 0;

    private static Decision<Proposal> Close(
        Proposal present, ProposalState state, IEnumerable<string> sides, Caller caller, string reason, DateTimeOffset now)
    {
        if (NotOpen(present, now) is { } closed)
            return closed;
        var next = present.Clone();
        (next.State, next.Closing) = (state, CreateVote(caller, reason, now, sides));
        return next.Closing.Sides.Count > 0 ? next : OtherSide(present, caller);
    }

    private static Refusal? NotOpen(Proposal present, DateTimeOffset now) =>
        present.State != ProposalState.Open ? Refusal.Precondition("PROPOSAL_NOT_OPEN", present.Name, $"{present.Name} {DisplayText(present)}; it can no longer be decided on.")
        : IsOver(present, now) ? Refusal.Precondition("PROPOSAL_EXPIRED", present.Name, $"{present.Name} expired at {present.ExpireTime.ToDateTime():u}.")
        : null;

    private static string DisplayText(Proposal present) => present.State switch
    {
        ProposalState.TakenEffect => "has taken effect",
        ProposalState.Rejected => $"was rejected by {present.Closing.Caller}",
        ProposalState.Withdrawn => $"was withdrawn by {present.Closing.Caller}",
        _ => "has expired",
    };

    private static bool IsOver(Proposal present, DateTimeOffset now) => Microseconds.From(present.ExpireTime) <= Microseconds.From(now);

    private static List<NeededApproval> Concerned(Proposal proposal, Caller caller) =>
        [.. proposal.NeededApprovals.Where(needed => caller.Sides.Contains(needed.SideId))];

    /// <summary>The distinct people who approved for a side.</summary>
    private static HashSet<string> People(Proposal proposal, string side) =>
        [.. proposal.Approvals.Where(vote => vote.Sides.Contains(side)).Select(vote => vote.Caller)];

    private static Vote CreateVote(Caller caller, string reason, DateTimeOffset now, IEnumerable<string> sides) => new()
    {
        Caller = caller.Name,
        Sides = { sides.Order(StringComparer.Ordinal) },
        VoteTime = Microseconds.ToTimestamp(Microseconds.From(now)),
        Reason = reason,
    };

    private static Refusal OtherSide(Proposal proposal, Caller caller) => new(
        Grpc.Core.StatusCode.PermissionDenied,
        "OTHER_SIDE",
        $"{(proposal.Name.Length > 0 ? proposal.Name : "The proposal")} concerns {string.Join(" and ", proposal.NeededApprovals.Select(needed => needed.SideId))}; "
        + $"{caller.Name} acts for {(caller.Sides.Count == 0 ? "no side" : string.Join(" and ", caller.Sides))} and cannot decide on it.");

    /// <summary>Joins as many names as fit into the change log's actor. The proposal has all of them.</summary>
    private static string Names(List<string> callers)
    {
        const int longestActor = 256;
        for (var shown = callers.Count; shown > 0; shown--)
        {
            var names = string.Join(" and ", callers.Take(shown)) + (shown < callers.Count ? $" and {callers.Count - shown} more" : "");
            if (names.Length <= longestActor)
                return names;
        }

        throw new InvalidOperationException("A caller's name is longer than the change log allows.");
    }
}
