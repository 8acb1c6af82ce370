using Mining.Common.V1;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// A project with all that hangs on it: immutable, and the unit in which figures are computed, kept and thrown away. A change makes
/// a new node of one project; all other nodes keep what was computed of them.
/// </summary>
internal sealed class ProjectNode
{
    private readonly Recent<(PartnershipFacts, int), ProjectFigures> figures = new(capacity: 3);
    private readonly Recent<ViewpointKey, ProjectStanding> standings = new(capacity: 3);
    private readonly Recent<Visibility, ProjectNode> seen = new(capacity: 4);
    private CommitmentFacts[] commitments = [];

    public required string Name { get; init; }

    /// <summary>Null while the project's own change has not come, but something that names it has.</summary>
    public required ProjectFacts? Facts { get; init; }

    /// <summary>Ordered by name.</summary>
    public required CommitmentFacts[] Commitments
    {
        get => commitments;
        init
        {
            commitments = value;
            HasConfidential = Array.Exists(value, commitment => commitment.IsConfidential);
        }
    }

    /// <summary>Whether any of its commitments is hidden from anybody.</summary>
    public bool HasConfidential { get; private init; }

    /// <summary>Ordered by name.</summary>
    public required ReservationFacts[] Reservations { get; init; }

    /// <summary>The latest first.</summary>
    public required Revision[] Revisions { get; init; }

    /// <summary>Places of the investors of the commitments, ordered, each once.</summary>
    public required int[] Investors { get; init; }

    public bool IsEmpty => Facts is null && Commitments.Length == 0 && Reservations.Length == 0 && Revisions.Length == 0;

    /// <summary>What its commitments amount to, whoever made them. The same until the node is replaced.</summary>
    public ProjectFigures FiguresAt(PartnershipView view, int day) =>
        figures.GetOrAdd((view.Partnership, day), (this, view, day), static of => ProjectFigures.Of(of.Item1, of.view, of.day));

    /// <summary>How it stands in the pipeline.</summary>
    public ProjectStanding StandingAt(Viewpoint viewpoint) =>
        standings.GetOrAdd(viewpoint.Key, (this, viewpoint), static of => ProjectStanding.Of(of.Item1, of.viewpoint));

    /// <summary>The node without the commitments that are hidden; itself where none is.</summary>
    public ProjectNode SeenBy(Visibility visibility) => HasConfidential ? seen.GetOrAdd(visibility, this, node => node.Without(visibility)) : this;

    public bool HasInvestor(int investor) => Array.BinarySearch(Investors, investor) >= 0;

    /// <summary>The same node with nothing computed: something that its figures rest on has changed.</summary>
    public ProjectNode Anew() => With(Commitments);

    private ProjectNode Without(Visibility visibility)
    {
        var visible = Array.FindAll(Commitments, commitment => visibility.Shows(in commitment));
        return visible.Length == Commitments.Length ? this : With(visible);
    }

    private ProjectNode With(CommitmentFacts[] next) => new()
    {
        Name = Name,
        Facts = Facts,
        Commitments = next,
        Reservations = Reservations,
        Revisions = Revisions,
        Investors = ReferenceEquals(next, Commitments) ? Investors : InvestorsOf(next),
    };

    /// <summary>The places of the investors of commitments, ordered, each once.</summary>
    public static int[] InvestorsOf(CommitmentFacts[] commitments) => [.. commitments.Select(commitment => commitment.Investor).Distinct().Order()];
}
