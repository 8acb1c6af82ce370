using Mining.Platform.Commit;
using Mining.Platform.Errors;

namespace Mining.Platform.Proposals;

/// <summary>What concerns several sides needs all of them: said by the command that does it, in the one place that knows.</summary>
public static class Agreement
{
    /// <summary>The reason with which a side alone is refused.</summary>
    public const string Reason = "JOINT_DECISION_NEEDED";

    /// <summary>
    /// Refuses unless the caller acts for all of these sides. While a proposal is tried out, nothing is refused: it is noted whose approval
    /// it will need.
    /// </summary>
    /// <param name="work">The command.</param>
    /// <param name="subject">The record.</param>
    /// <param name="what">What it does, the beginning of a sentence.</param>
    /// <param name="sides">The sides that it concerns.</param>
    /// <param name="reason">Why a side alone is refused.</param>
    /// <exception cref="RefusedException">
    /// FAILED_PRECONDITION (the reason); PERMISSION_DENIED (OTHER_SIDE) to one who acts for none of them.
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
