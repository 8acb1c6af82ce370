using Mining.Investors.Api;
using Mining.Investors.Domain;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Proposals;
using Commitment = Mining.Investors.V1.Commitment;

namespace Mining.Investors.Features;

/// <summary>
/// Checks changes against the closed periods of partnerships. The partnerships with the investor's seat on a side apply or, for an investor
/// from outside, all of them, because its money is in the figures of all.
/// </summary>
public static class ClosedPeriods
{
    /// <summary>The reason code for a command that lacks the approval of other sides.</summary>
    public const string Reason = "PERIOD_CLOSED";

    /// <summary>Refuses a change to a commitment that affects what counts in a closed period, unless all sides agree.</summary>
    /// <param name="work">The command.</param>
    /// <param name="before">The commitment as it was; null if it is new.</param>
    /// <param name="after">The commitment as it will be.</param>
    /// <exception cref="RefusedException">FAILED_PRECONDITION (PERIOD_CLOSED); PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static async Task RequireOpenPeriod(this UnitOfWork work, Commitment? before, Commitment after)
    {
        var partnerships = await PartnershipStore.LoadAll(work);
        if (partnerships.All(partnership => partnership.ClosedThrough is null))
            return;
        var (was, basis) = before is null ? (null, default) : (CommitmentReader.ToDomain(before), before.CountingBasis);
        var next = CommitmentReader.ToDomain(after);
        foreach (var (partnership, through) in Closed(partnerships, (await InvestorStore.Load(work, after.Investor)).Country))
        {
            if (ClosedPeriod.IsTouched(was, basis, next, after.CountingBasis, through))
                work.RequireAgreementOf(partnership, through, after.Name, $"This change to {after.Name}");
        }
    }

    /// <summary>The same for an investor with a new seat or new owners, because its commitments would count for other sides.</summary>
    /// <exception cref="RefusedException">FAILED_PRECONDITION (PERIOD_CLOSED); PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static async Task RequireOpenPeriods(this UnitOfWork work, Investor before, Investor after)
    {
        var partnerships = await PartnershipStore.LoadAll(work);
        var closed = Closed(partnerships, before.Country).Union(Closed(partnerships, after.Country)).ToList();
        if (closed.Count == 0)
            return;
        var commitments = (await CommitmentStore.LoadOf(work, before.Name)).Select(CommitmentReader.ToDomain).ToList();
        foreach (var (partnership, through) in closed)
        {
            if (commitments.Any(commitment => ClosedPeriod.Counts(commitment, through)))
                work.RequireAgreementOf(partnership, through, before.Name, $"Changing the country or the owners of {before.Name}");
        }
    }

    private static void RequireAgreementOf(this UnitOfWork work, Partnership partnership, DateOnly through, string subject, string what) => work.RequireAgreement(
        subject,
        $"{what} affects the period that {partnership.Name} has closed through {through:O} and",
        [.. partnership.Sides.Select(side => side.SideId)],
        Reason);

    private static IEnumerable<(Partnership Partnership, DateOnly Through)> Closed(IReadOnlyList<Partnership> partnerships, string country)
    {
        var own = partnerships.Where(partnership => partnership.Sides.Any(side => side.Countries.Contains(country))).ToList();
        return from partnership in own.Count > 0 ? own : partnerships
               where partnership.ClosedThrough is not null
               select (partnership, CommitmentReader.Date(partnership.ClosedThrough)!.Value.FirstDay);
    }
}
