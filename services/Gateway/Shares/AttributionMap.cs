using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>The attribution of all investors to the parties of a partnership, computed lazily by readers.</summary>
internal sealed class AttributionMap(PartnershipFacts partnership, InvestorFacts?[] investors)
{
    private readonly Attribution?[] attributions = new Attribution?[investors.Length];

    public PartnershipFacts Partnership => partnership;

    public InvestorFacts?[] Investors => investors;

    /// <summary>The attribution of an investor; null if the investor is unknown.</summary>
    public Attribution? AttributionOf(int investor) =>
        attributions[investor] ?? (investors[investor] is { } known ? attributions[investor] = Attribution.Of(known, partnership) : null);
}
