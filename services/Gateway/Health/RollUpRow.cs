using System.Runtime.InteropServices;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// What a roll-up reads of a standing, in one piece: after each change it goes through all of these, and so they lie one behind the other
/// in memory, where standings and projects lie anywhere.
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

    public bool IsAlive { get; } = status.IsAlive;

    public bool IsJudged { get; } = status is { Score: not null } or { IsFlagged: true };

    public decimal? WeighedScore { get; } = status.WeighedScore;

    /// <summary>Whether it comes before another one by <see cref="ProjectStatus.RankByScore"/>; names are read only where the scores are the same.</summary>
    public bool IsWorseThan(in RollUpRow other) => rankedGroup != other.rankedGroup ? rankedGroup < other.rankedGroup
        : rankedScore != other.rankedScore ? rankedScore < other.rankedScore
        : Status.RankByScore.CompareTo(other.Status.RankByScore) < 0;
}
