using Mining.Platform.Commit;
using Mining.Platform.Errors;

namespace Mining.Proposals;

/// <summary>
/// Requires the agreement of several sides. Called by the command itself, the only place that knows which sides are concerned.
/// </summary>
public static class Agreement
{
    /// <summary>The reason code for a command that lacks the approval of other sides.</summary>
    public const string Reason = "JOINT_DECISION_NEEDED";

    /// <summary>
    /// Refuses unless the caller acts for all of these sides. During a dry run of a proposal it refuses nothing and records the sides whose
    /// approval is needed.
    /// </summary>
    /// <param name="work">The command.</param>
    /// <param name="subject">The record.</param>
    /// <param name="what">What the command does, as the start of the error message.</param>
    /// <param name="sides">The sides concerned.</param>
    /// <param name="reason">The reason code of the refusal.</param>
    /// <exception cref="RefusedException">
    /// FAILED_PRECONDITION (the reason); PERMISSION_DENIED (OTHER_SIDE) if the caller acts for none of the sides.
    /// </exception>
    public static void RequireAgreement(this UnitOfWork work, string subject, string what, IReadOnlyCollection<string> sides, string reason = Reason)
    {
        if (work.AssumeApproved(sides))
            return;
        work.Caller.RequireSideOf(subject, sides);
        var missing = sides.Except(work.Caller.Sides).Order(StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
            return;
        throw new RefusedException(Refusal.Precondition(
            reason,
            subject,
            $"{what} needs the approval of {string.Join(" and ", missing)}; {work.Caller.Name} acts for {string.Join(" and ", work.Caller.Sides)}. "
            + "Raise a proposal: ProposalService.RaiseProposal, or 'mining proposals raise'."));
    }
}
