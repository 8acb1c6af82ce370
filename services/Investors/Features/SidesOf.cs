using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Visibility;

namespace Mining.Investors.Features;

/// <summary>The sides that an investor and its commitments belong to: those of the investor's seat, in any partnership.</summary>
public static class SidesOf
{
    /// <summary>The sides of a country, ordered; empty if it belongs to no side.</summary>
    public static IReadOnlyList<string> Country(IEnumerable<Partnership> partnerships, string country) =>
    [
        .. partnerships
            .SelectMany(partnership => partnership.Sides)
            .Where(side => side.Countries.Contains(country))
            .Select(side => side.SideId)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Refuses a caller who does not act for a side of the investor's country. An investor of no side may be changed by any side's
    /// officers.
    /// </summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static async Task RequireSideOf(this UnitOfWork work, Investor investor) =>
        work.Caller.RequireSideOf(investor.Name, Country(await PartnershipStore.LoadAll(work), investor.Country));

    /// <summary>
    /// The same for a commitment, which belongs to its investor's sides. A confidential commitment does not exist for other callers.
    /// </summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE); NOT_FOUND for a confidential commitment.</exception>
    public static async Task RequireSideOf(this UnitOfWork work, Commitment commitment)
    {
        var seat = (await InvestorStore.Load(work, commitment.Investor)).Country;
        var sides = Country(await PartnershipStore.LoadAll(work), seat);
        if (commitment.Confidential && !VisibilityScope.Of(work.Caller).Sees(sides))
            throw CommitmentStore.NotFound(commitment.Name);
        work.Caller.RequireSideOf(commitment.Name, sides);
    }

    /// <summary>Refuses a confidential commitment of an investor of no side, because only auditors would see it.</summary>
    /// <exception cref="RefusedException">FAILED_PRECONDITION (CONFIDENTIAL_WITHOUT_SIDE).</exception>
    public static async Task RequireSideOfConfidential(this UnitOfWork work, Investor investor)
    {
        if (Country(await PartnershipStore.LoadAll(work), investor.Country).Count == 0)
        {
            throw new RefusedException(Refusal.Precondition(
                "CONFIDENTIAL_WITHOUT_SIDE", investor.Name, $"{investor.Name} has its seat in {investor.Country}, which belongs to no side; only an investor of a side can have confidential commitments."));
        }
    }
}
