using Mining.Gateway.Engine;
using Mining.Gateway.Facts;
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
    private readonly VisibilityScope scope;

    private Visibility(VisibilityScope scope, bool[] investors)
    {
        this.scope = scope;
        this.investors = investors;
    }

    /// <summary>What summaries over what is seen so rest on.</summary>
    public RunningSummaries Running { get; } = new();

    /// <summary>Whether nothing is hidden, whatever there is.</summary>
    public bool IsWhole => scope.SeesEverything;

    public static Visibility Of(VisibilityScope scope, InvestorFacts?[] investors, AttributionMap[] partnerships) =>
        new(scope, Array.ConvertAll(investors, investor => investor is not null && partnerships.Any(view => Sees(scope, view.Partnership, investor.Country))));

    public bool Shows(in CommitmentFacts commitment) =>
        IsWhole || !commitment.IsConfidential || (commitment.Investor < investors.Length && investors[commitment.Investor]);

    private static bool Sees(VisibilityScope scope, PartnershipFacts partnership, string country) =>
        partnership.PartyOf(country) is var party && party != partnership.Outside && scope.Sees([partnership.Parties[party]]);

    /// <summary>Whether a published total stands for commitments that the caller does not see.</summary>
    public bool Withholds(PublishedTotal total) => !IsWhole && !scope.Sees(total.OwnerSides);
}

/// <summary>The visibilities of callers over the same investors and partnerships.</summary>
internal sealed class Visibilities(InvestorFacts?[] investors, AttributionMap[] partnerships)
{
    private readonly LruCache<string, Visibility> known = new(capacity: 32);

    public Visibility Of(VisibilityScope scope) =>
        known.GetOrAdd(scope.Key, (scope, investors, partnerships), static of => Visibility.Of(of.scope, of.investors, of.partnerships));
}
