using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// The status of a project in the pipeline; money is in minor units of the reporting currency. It covers all commitments of the project,
/// whatever a query selects: a query for grants only must not enlarge the funding gap.
/// </summary>
/// <param name="Node">The project. The reasons are formatted only when they are shown, see <see cref="HealthAt"/>.</param>
/// <param name="Score">As <see cref="ProjectHealth.Score"/>.</param>
/// <param name="Band">As <see cref="ProjectHealth.Band"/>.</param>
/// <param name="IsFlagged">Whether a red flag makes it red whatever its score.</param>
/// <param name="UnknownCount">The number of unknown components.</param>
/// <param name="CapitalCost">Null if unknown.</param>
/// <param name="Committed">Additive and funded: the sum of the cells.</param>
internal sealed record ProjectStatus(
    ProjectNode Node, Stage Stage, decimal? Score, HealthBand Band, bool IsFlagged, int UnknownCount, long? CapitalCost, long Committed, bool IsJoint)
{
    /// <summary>The capital cost minus the committed money, at least zero. Null if the capital cost is unknown.</summary>
    public long? FundingGap => CapitalCost is { } cost ? Math.Max(0, cost - Committed) : null;

    /// <summary>The score multiplied by the capital cost, for the weighted mean; null unless both are known.</summary>
    public decimal? WeightedScore { get; } = Score is { } score && CapitalCost is > 0 and var cost ? score * cost : null;

    /// <summary>Whether the project is neither cancelled nor closed.</summary>
    public bool IsActive => Stage is not (Stage.Cancelled or Stage.Closed);

    /// <summary>
    /// Flagged projects first, then by ascending score, then projects without a known score, then those that are not scored. A flagged
    /// project without a score comes last among the flagged ones.
    /// </summary>
    public Rank RankByScore => new(RankedGroup, RankedScore, Node.Name);

    internal int RankedGroup => this switch
    {
        { IsFlagged: true } => 0,
        { Score: not null } => 1,
        { Band: HealthBand.NotScored } => 3,
        _ => 2,
    };

    internal decimal RankedScore => Score ?? decimal.MaxValue;

    public ProjectFacts Project => Node.Facts!;

    /// <summary>Its health with the reasons. Requires the context in which the status was computed.</summary>
    public ProjectHealth HealthAt(ReportContext report) => ProjectHealth.Of(SubjectOf(Node, CommittedMoney.Of(Node.FiguresAt(report.View, report.Day), report.Partnership), report));

    /// <param name="project">A project whose own change is known.</param>
    /// <param name="committed">Its committed money in the same context.</param>
    /// <param name="report">The context.</param>
    public static ProjectStatus Of(ProjectNode project, CommittedMoney committed, ReportContext report)
    {
        var subject = SubjectOf(project, committed, report);
        var health = ProjectHealth.Of(subject);
        return new ProjectStatus(
            project, subject.Stage, health.Score, health.Band, health.IsFlagged, health.UnknownCount,
            subject.CapitalCost is { } cost ? report.Reporting.Convert(cost) : null,
            ShareTables.TotalOf(subject.CommittedCells), subject.IsJoint);
    }

    private static HealthSubject SubjectOf(ProjectNode project, CommittedMoney committed, ReportContext report) => new()
    {
        Node = project,
        ReportContext = report,
        Committed = committed.Funded,
        CommittedCells = report.Reporting.Cells(committed.Funded, report.Partnership),
        IsJoint = committed.IsJoint,
        Stage = project.Facts!.StageAt(report.Day),
        StageReached = project.Facts.StageBeforeSuspensionAt(report.Day),
        CapitalCost = project.Facts.CapitalCostAt(report.Day),
        BreachingInvestors = committed.BreachingInvestors.Length == 0 ? [] : [.. committed.BreachingInvestors
            .Select(investor => report.View.Investors[investor]!).OrderBy(investor => investor.Name, StringComparer.Ordinal)
            .Select(investor => investor.DisplayName)],
    };
}
