using Mining.Common.V1;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// A project with everything that belongs to it. Immutable, and the unit of caching: a change creates a new node for one project, and all
/// other nodes keep their cached figures.
/// </summary>
internal sealed class ProjectNode
{
    private readonly LruCache<(PartnershipFacts, int), ProjectFigures> figures = new(capacity: 3);
    private readonly LruCache<PartnershipFacts, ProjectTimeline> timelines = new(capacity: 2);
    private readonly LruCache<ReportContextKey, ProjectStatus> statuses = new(capacity: 3);
    private readonly LruCache<Visibility, ProjectNode> seen = new(capacity: 4);
    private CommitmentFacts[] commitments = [];

    public required string Name { get; init; }

    /// <summary>Null if another resource refers to the project before the project's own change has arrived.</summary>
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

    /// <summary>Whether any of its commitments is confidential.</summary>
    public bool HasConfidential { get; private init; }

    /// <summary>Ordered by name.</summary>
    public required ReservationFacts[] Reservations { get; init; }

    /// <summary>Ordered from the latest.</summary>
    public required Revision[] Revisions { get; init; }

    public bool IsEmpty => Facts is null && Commitments.Length == 0 && Reservations.Length == 0 && Revisions.Length == 0;

    /// <summary>The figures of all its commitments, cached until the node is replaced.</summary>
    public ProjectFigures FiguresAt(AttributionMap view, int day) =>
        figures.GetOrAdd((view.Partnership, day), (this, view, day), static of => ProjectFigures.Of(of.Item1, of.view, of.day));

    /// <summary>The figures of every day, computed when a day of the past is first requested.</summary>
    public ProjectTimeline TimelineIn(AttributionMap view) =>
        timelines.GetOrAdd(view.Partnership, (this, view), static of => TimelineMaker.Of(of.Item1, of.view));

    /// <summary>Its status in the pipeline.</summary>
    public ProjectStatus StandingAt(ReportContext report) =>
        statuses.GetOrAdd(report.Key, (this, report), static of => ProjectStatus.Of(
            of.Item1, CommittedMoney.Of(of.Item1.FiguresAt(of.report.View, of.report.Day), of.report.Partnership), of.report));

    /// <summary>The node without hidden commitments; itself if none is hidden.</summary>
    public ProjectNode SeenBy(Visibility visibility) => HasConfidential ? seen.GetOrAdd(visibility, this, node => node.Without(visibility)) : this;

    /// <summary>Whether any investor of its commitments is among these ordered indexes.</summary>
    public bool HasInvestorOf(int[] places)
    {
        foreach (ref readonly var commitment in Commitments.AsSpan())
        {
            if (Array.BinarySearch(places, commitment.Investor) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>A copy without cached figures, for when something that they depend on has changed.</summary>
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
