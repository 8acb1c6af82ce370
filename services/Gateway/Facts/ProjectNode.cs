using Mining.Common.V1;

namespace Mining.Gateway.Facts;

/// <summary>
/// A project with all that hangs on it: immutable, and the unit in which figures are computed, kept and thrown away. A change makes
/// a new node of one project; all other nodes keep what was computed of them.
/// </summary>
internal sealed class ProjectNode
{
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

    /// <summary>Figures and status that were computed from the project.</summary>
    public DerivedValues Derived { get; } = new();

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

    /// <summary>A node of the same project with other commitments, and nothing computed.</summary>
    public ProjectNode With(CommitmentFacts[] next) => new()
    {
        Name = Name,
        Facts = Facts,
        Commitments = next,
        Reservations = Reservations,
        Revisions = Revisions,
    };
}
