using Mining.Common.V1;
using Mining.Gateway.Engine;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Facts;

/// <summary>
/// A project with all that hangs on it: immutable, and the unit in which figures are computed, kept and thrown away. A change makes
/// a new node of one project; all other nodes keep what was computed of them.
/// </summary>
internal sealed class ProjectNode
{
    private readonly LruCache<(PartnershipFacts, int), ProjectFigures> figures = new(capacity: 3);
    private readonly LruCache<PartnershipFacts, ProjectTimeline> timelines = new(capacity: 2);
    private readonly LruCache<ReportContextKey, ProjectStatus> statuses = new(capacity: 3);
    private readonly LruCache<Visibility, ProjectNode> seen = new(capacity: 4);
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

    public bool IsEmpty => Facts is null && Commitments.Length == 0 && Reservations.Length == 0 && Revisions.Length == 0;

    /// <summary>What its commitments amount to, whoever made them. The same until the node is replaced.</summary>
    public ProjectFigures FiguresAt(AttributionMap view, int day) =>
        figures.GetOrAdd((view.Partnership, day), (this, view, day), static of => ProjectFigures.Of(of.Item1, of.view, of.day));

    /// <summary>The same for every day, made when a day of the past is first asked for.</summary>
    public ProjectTimeline TimelineIn(AttributionMap view) =>
        timelines.GetOrAdd(view.Partnership, (this, view), static of => ProjectTimelineBuilder.Of(of.Item1, of.view));

    /// <summary>How it stands in the pipeline.</summary>
    public ProjectStatus StandingAt(ReportContext report) =>
        statuses.GetOrAdd(report.Key, (this, report), static of => ProjectStatus.Of(
            of.Item1, CommittedMoney.Of(of.Item1.FiguresAt(of.report.View, of.report.Day), of.report.Partnership), of.report));

    /// <summary>The node without the commitments that are hidden; itself where none is.</summary>
    public ProjectNode SeenBy(Visibility visibility) => HasConfidential ? seen.GetOrAdd(visibility, this, node => node.Without(visibility)) : this;

    /// <summary>Whether any of the investors of its commitments is among those at these places, which are ordered.</summary>
    public bool HasInvestorOf(int[] places)
    {
        foreach (ref readonly var commitment in Commitments.AsSpan())
        {
            if (Array.BinarySearch(places, commitment.Investor) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The same node with nothing computed: something that its figures rest on has changed.</summary>
    public ProjectNode Recompute() => With(Commitments);

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
    };
}
