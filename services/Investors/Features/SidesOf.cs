using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Names;

namespace Mining.Investors.Features;

/// <summary>To which side an investor and its commitments belong: that of the investor's seat, in any partnership.</summary>
public static class SidesOf
{
    /// <summary>The sides of a country, ordered; none where it is on no side.</summary>
    public static IReadOnlyList<string> Country(IEnumerable<Partnership> partnerships, string country) =>
    [
        .. partnerships
            .SelectMany(partnership => partnership.Sides)
            .Where(side => side.Countries.Contains(country))
            .Select(side => side.SideId)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Refuses a caller that does not act for a side of the country. What belongs to no side, any side's officer may keep.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static async Task RequireSideOf(this UnitOfWork work, Investor investor) =>
        work.Caller.RequireSideOf(investor.Name, Country(await PartnershipStore.LoadAll(work), investor.Country));

    /// <summary>The same for a commitment: it belongs to its investor's side. A confidential one does not exist for others.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE); NOT_FOUND for a confidential one.</exception>
    public static async Task RequireSideOf(this UnitOfWork work, Commitment commitment)
    {
        var seat = (await InvestorStore.Load(work, commitment.Investor)).Country;
        var sides = Country(await PartnershipStore.LoadAll(work), seat);
        if (commitment.Confidential && !VisibilityScope.Of(work.Caller).Sees(sides))
            throw new RefusedException(Refusal.NotFound(ResourceNames.Commitments.ResourceType, commitment.Name));
        work.Caller.RequireSideOf(commitment.Name, sides);
    }

    /// <summary>Refuses a confidential commitment that would belong to no side: nobody but auditors would see it.</summary>
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
