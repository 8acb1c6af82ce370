using Mining.Gateway.Features;
using Mining.Gateway.Shares;
using Mining.Platform.Identity;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// What a caller sees of the confidential commitments of a snapshot. Compared by identity: the same one is kept as long as neither an
/// investor nor a partnership changes, so that what is computed of a project for its callers is kept too.
/// </summary>
internal sealed class Visibility
{
    private readonly bool[] investors;
    private readonly Sight sight;

    private Visibility(Sight sight, bool[] investors, bool isWhole)
    {
        this.sight = sight;
        this.investors = investors;
        IsWhole = isWhole;
    }

    /// <summary>What summaries over what is seen so rest on.</summary>
    public RunningSummaries Running { get; } = new();

    /// <summary>Whether the caller sees the confidential commitments of every side of every partnership, and so nothing is hidden.</summary>
    public bool IsWhole { get; }

    public static Visibility Of(Sight sight, InvestorFacts?[] investors, PartnershipView[] partnerships)
    {
        var sides = partnerships.SelectMany(view => view.Partnership.Parties).Distinct().Where(party => party != PartnershipFacts.OutsideId);
        return new Visibility(
            sight,
            Array.ConvertAll(investors, investor => investor is not null && partnerships.Any(view => sight.Sees([view.Partnership.SideOf(investor.Country)]))),
            sight.SeesEverything || sides.All(sight.Sides.Contains));
    }

    public bool Shows(in CommitmentFacts commitment) =>
        IsWhole || !commitment.IsConfidential || (commitment.Investor < investors.Length && investors[commitment.Investor]);

    /// <summary>Whether a published total stands for commitments that the caller does not see.</summary>
    public bool Withholds(PublishedTotal total) => !IsWhole && !sight.Sees(total.OwnerSides);
}

/// <summary>The visibilities of callers over the same investors and partnerships.</summary>
internal sealed class Visibilities(InvestorFacts?[] investors, PartnershipView[] partnerships)
{
    private readonly Recent<string, Visibility> known = new(capacity: 32);

    public Visibility Of(Sight sight) =>
        known.GetOrAdd(sight.Key, (sight, investors, partnerships), static of => Visibility.Of(of.sight, of.investors, of.partnerships));
}
