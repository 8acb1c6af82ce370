using Mining.Investors.Storage;
using Mining.Proposals;

namespace Mining.Investors.Features;

/// <summary>Reads from the partnerships which sides require two approvers (four eyes).</summary>
public sealed class FourEyesSides(PartnershipStore partnerships) : IFourEyesSides
{
    private const int ReadAtOnce = 1_000;

    public async Task<IReadOnlySet<string>> Read(CancellationToken cancellation)
    {
        var sides = new HashSet<string>(StringComparer.Ordinal);
        var after = "";
        while (true)
        {
            var page = await partnerships.List(after, ReadAtOnce, cancellation);
            sides.UnionWith(page.SelectMany(partnership => partnership.Sides).Where(side => side.FourEyes).Select(side => side.SideId));
            if (page.Count < ReadAtOnce)
                return sides;
            after = page[^1].Name;
        }
    }
}
