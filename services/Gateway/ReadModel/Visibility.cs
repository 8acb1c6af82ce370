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

    private Visibility(Sight sight, bool[] investors)
    {
        this.sight = sight;
        this.investors = investors;
    }

    /// <summary>What summaries over what is seen so rest on.</summary>
    public RunningSummaries Running { get; } = new();

    /// <summary>Whether nothing is hidden, whatever there is.</summary>
    public bool IsWhole => sight.SeesEverything;

    public static Visibility Of(Sight sight, InvestorFacts?[] investors, PartnershipView[] partnerships) =>
        new(sight, Array.ConvertAll(investors, investor => investor is not null && partnerships.Any(view => Sees(sight, view.Partnership, investor.Country))));

    public bool Shows(in CommitmentFacts commitment) =>
        IsWhole || !commitment.IsConfidential || (commitment.Investor < investors.Length && investors[commitment.Investor]);

    private static bool Sees(Sight sight, PartnershipFacts partnership, string country) =>
        partnership.PartyOf(country) is var party && party != partnership.Outside && sight.Sees([partnership.Parties[party]]);

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
