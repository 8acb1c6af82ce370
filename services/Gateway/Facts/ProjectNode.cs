using Mining.Common.V1;

namespace Mining.Gateway.Facts;

/// <summary>
/// A project with everything that belongs to it. Immutable, and the unit of caching: a change creates a new node for one project, and all
/// other nodes keep their cached figures.
/// </summary>
/// <remarks>
/// It inherits its derived values instead of holding them: a summary of a past day reads those of every project, and most of its time is
/// memory access.
/// </remarks>
internal sealed class ProjectNode : DerivedValues
{
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
