using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Platform.Visibility;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// Which confidential commitments of a snapshot a caller may see. Compared by identity: an instance is reused until an investor or a
/// partnership changes, so that cached figures of projects stay valid.
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

    /// <summary>As <see cref="PortfolioSnapshot.Lineage"/>, for snapshots that show only what this visibility does.</summary>
    public DerivedValues Lineage { get; } = new();

    /// <summary>Whether nothing is ever hidden.</summary>
    public bool IsWhole => scope.SeesEverything;

    public static Visibility Of(VisibilityScope scope, InvestorFacts?[] investors, AttributionMap[] partnerships) =>
        new(scope, Array.ConvertAll(investors, investor => investor is not null && partnerships.Any(view => Sees(scope, view.Partnership, investor.Country))));

    public bool Shows(in CommitmentFacts commitment) =>
        IsWhole || !commitment.IsConfidential || (commitment.Investor < investors.Length && investors[commitment.Investor]);

    /// <summary>The project without the commitments that are hidden; itself where none is.</summary>
    public ProjectNode Filter(ProjectNode project) => project.HasConfidential
        ? project.GetDerived(static () => new LruCache<Visibility, ProjectNode>(capacity: 4)).GetOrAdd(this, (this, project), static of => of.Item1.Hide(of.project))
        : project;

    private ProjectNode Hide(ProjectNode project)
    {
        var visible = Array.FindAll(project.Commitments, commitment => Shows(in commitment));
        return visible.Length == project.Commitments.Length ? project : project.With(visible);
    }

    private static bool Sees(VisibilityScope scope, PartnershipFacts partnership, string country) =>
        partnership.PartyOf(country) is var party && party != partnership.Outside && scope.Sees([partnership.Parties[party]]);

    /// <summary>Whether a published total represents commitments that the caller may not see.</summary>
    public bool Withholds(PublishedTotal total) => !IsWhole && !scope.Sees(total.OwnerSides);
}

/// <summary>The visibilities of all callers for the same investors and partnerships.</summary>
internal sealed class Visibilities(InvestorFacts?[] investors, AttributionMap[] partnerships)
{
    private readonly LruCache<string, Visibility> known = new(capacity: 32);

    public Visibility Of(VisibilityScope scope) =>
        known.GetOrAdd(scope.Key, (scope, investors, partnerships), static of => Visibility.Of(of.scope, of.investors, of.partnerships));
}
