using System.Runtime.InteropServices;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// What a roll-up reads of a standing, in one piece: after each change it goes through all of these, and so they lie one behind the other
/// in memory, where standings and projects lie anywhere.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct RolledStanding(ProjectStanding standing)
{
    private readonly decimal rankedScore = standing.RankedScore;
    private readonly byte rankedGroup = (byte)standing.RankedGroup;

    public ProjectStanding Standing { get; } = standing;

    public Stage Stage { get; } = standing.Stage;

    public HealthBand Band { get; } = standing.Band;

    public int UnknownCount { get; } = standing.UnknownCount;

    public long? CapitalCost { get; } = standing.CapitalCost;

    public long? FundingGap { get; } = standing.FundingGap;

    public bool IsAlive { get; } = standing.IsAlive;

    public bool IsJudged { get; } = standing is { Score: not null } or { IsFlagged: true };

    public decimal? WeighedScore { get; } = standing.WeighedScore;

    /// <summary>Whether it comes before another one by <see cref="ProjectStanding.RankByScore"/>; names are read only where the scores are the same.</summary>
    public bool IsWorseThan(in RolledStanding other) => rankedGroup != other.rankedGroup ? rankedGroup < other.rankedGroup
        : rankedScore != other.rankedScore ? rankedScore < other.rankedScore
        : Standing.RankByScore.CompareTo(other.Standing.RankByScore) < 0;
}
