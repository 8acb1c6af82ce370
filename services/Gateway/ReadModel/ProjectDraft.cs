using System.Runtime.InteropServices;
using Mining.Common.V1;
using Mining.Gateway.Facts;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// A project's next node while changes are applied. Each Put keeps the highest version of a resource in any order of arrival, and
/// returns whether it made a difference. Unchanged parts stay shared with the previous node.
/// </summary>
internal sealed class ProjectDraft(string name, ProjectNode? before)
{
    /// <summary>Maximum number of revisions kept; the oldest are dropped.</summary>
    private const int MaxRevisions = 100;

    /// <summary>Initial capacity for new commitments.</summary>
    private const int SpareCapacity = 8;

    /// <summary>Whether the next node differs from the previous one.</summary>
    public bool IsChanged { get; private set; }

    private ProjectFacts? facts = before?.Facts;
    private List<CommitmentFacts>? commitments;
    private ReservationFacts[] reservations = before?.Reservations ?? [];
    private Revision[] revisions = before?.Revisions ?? [];

    private ReadOnlySpan<CommitmentFacts> Commitments =>
        commitments is null ? before?.Commitments : CollectionsMarshal.AsSpan(commitments);

    public bool Put(ProjectFacts next)
    {
        if (facts?.Version >= next.Version)
            return false;
        facts = next;
        return IsChanged = true;
    }

    /// <summary>Commitments are looked up within their project, without a global index: a commitment never changes its project.</summary>
    public bool Put(CommitmentFacts next)
    {
        var place = PlaceOf(next.NameUtf8);
        if (place >= 0 && Commitments[place].Version >= next.Version)
            return false;
        commitments ??= Copy();
        if (place >= 0)
            commitments[place] = next;
        else
            commitments.Insert(~place, next);
        return IsChanged = true;
    }

    public bool Put(ReservationFacts next)
    {
        if (reservations.FirstOrDefault(reservation => reservation.Name == next.Name)?.Version >= next.Version)
            return false;
        reservations = [.. reservations.Where(reservation => reservation.Name != next.Name).Append(next)
            .OrderBy(reservation => reservation.Name, StringComparer.Ordinal)];
        return IsChanged = true;
    }

    public bool Put(Revision next)
    {
        if (revisions.Any(revision => revision.Version == next.Version) ||
            (revisions.Length == MaxRevisions && revisions[^1].Version > next.Version))
            return false;
        revisions = [.. revisions.Append(next).OrderByDescending(revision => revision.Version).Take(MaxRevisions)];
        return IsChanged = true;
    }

    public void ForgetProject()
    {
        facts = null;
        revisions = [];
        IsChanged = true;
    }

    public void ForgetCommitments()
    {
        commitments = [];
        IsChanged = true;
    }

    public void ForgetReservations()
    {
        reservations = [];
        IsChanged = true;
    }

    public ProjectNode Freeze()
    {
        return new ProjectNode
        {
            Name = name,
            Facts = facts,
            Commitments = commitments?.ToArray() ?? before?.Commitments ?? [],
            Reservations = reservations,
            Revisions = revisions,
        };
    }

    /// <summary>Copies with spare capacity; an exactly full array would be copied again for the next commitment.</summary>
    private List<CommitmentFacts> Copy()
    {
        var known = Commitments;
        var copy = new List<CommitmentFacts>(known.Length + SpareCapacity);
        copy.AddRange(known);
        return copy;
    }

    /// <summary>The index of a commitment, or the complement of where to insert it; usually at the end, because ids increase.</summary>
    private int PlaceOf(ReadOnlySpan<byte> nameUtf8)
    {
        var known = Commitments;
        return known.IsEmpty || known[^1].NameUtf8.SequenceCompareTo(nameUtf8) < 0 ? ~known.Length : known.BinarySearch(new CommitmentName(nameUtf8));
    }

    private readonly ref struct CommitmentName(ReadOnlySpan<byte> nameUtf8) : IComparable<CommitmentFacts>
    {
        private readonly ReadOnlySpan<byte> nameUtf8 = nameUtf8;

        public int CompareTo(CommitmentFacts other) => nameUtf8.SequenceCompareTo(other.NameUtf8);
    }
}
