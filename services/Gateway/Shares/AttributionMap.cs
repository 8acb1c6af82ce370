using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>A partnership's eyes on the investors: who belongs to which party. Worked out when first asked for, by any reader.</summary>
internal sealed class AttributionMap(PartnershipFacts partnership, InvestorFacts?[] investors)
{
    private readonly Attribution?[] attributions = new Attribution?[investors.Length];

    public PartnershipFacts Partnership => partnership;

    public InvestorFacts?[] Investors => investors;

    /// <summary>How an investor's money belongs to the parties; null while the investor itself is not known.</summary>
    public Attribution? AttributionOf(int investor) =>
        attributions[investor] ?? (investors[investor] is { } known ? attributions[investor] = Attribution.Of(known, partnership) : null);
}
