using System.Runtime.InteropServices;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// The fields of a project's status that the roll-up reads. All rows are scanned after each change, so they are stored contiguously; the
/// statuses and projects themselves are scattered in memory.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct RollUpRow(ProjectStatus status)
{
    private readonly decimal rankedScore = status.RankedScore;
    private readonly byte rankedGroup = (byte)status.RankedGroup;

    public ProjectStatus Status { get; } = status;

    public Stage Stage { get; } = status.Stage;

    public HealthBand Band { get; } = status.Band;

    public int UnknownCount { get; } = status.UnknownCount;

    public long? CapitalCost { get; } = status.CapitalCost;

    public long? FundingGap { get; } = status.FundingGap;

    public bool IsActive { get; } = status.IsActive;

    public bool IsRated { get; } = status is { Score: not null } or { IsFlagged: true };

    public decimal? WeightedScore { get; } = status.WeightedScore;

    /// <summary>Whether it precedes another by <see cref="ProjectStatus.RankByScore"/>. Compares names only for equal scores.</summary>
    public bool IsWorseThan(in RollUpRow other) => rankedGroup != other.rankedGroup ? rankedGroup < other.rankedGroup
        : rankedScore != other.rankedScore ? rankedScore < other.rankedScore
        : Status.RankByScore.CompareTo(other.Status.RankByScore) < 0;
}
