using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;

namespace Mining.Investors.Features;

/// <summary>To which side an investor and its commitments belong: that of the investor's seat, in any partnership.</summary>
public static class SidesOf
{
    /// <summary>Refuses a caller that does not act for a side of the country. What belongs to no side, any side's officer may keep.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static async Task RequireSideOf(this Work work, Investor investor) =>
        work.Caller.RequireSideOf(investor.Name, await Country(work, investor.Country));

    /// <summary>The same for a commitment: it belongs to its investor's side.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static async Task RequireSideOf(this Work work, Commitment commitment) =>
        work.Caller.RequireSideOf(commitment.Name, await Country(work, (await InvestorStore.Load(work, commitment.Investor)).Country));

    private static async Task<IReadOnlyCollection<string>> Country(Work work, string country) =>
    [
        .. (await PartnershipStore.LoadAll(work))
            .SelectMany(partnership => partnership.Sides)
            .Where(side => side.Countries.Contains(country))
            .Select(side => side.SideId)
            .Distinct(),
    ];
}
