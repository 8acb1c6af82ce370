using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// How a project stands in the pipeline, money in minor units of the reporting currency. It looks at all commitments of the project,
/// whatever commitments a query selects: a gap does not grow because somebody asks for grants only.
/// </summary>
/// <param name="Node">The project. Why it stands so is put into words when it is shown, see <see cref="HealthAt"/>.</param>
/// <param name="Score">As <see cref="ProjectHealth.Score"/>.</param>
/// <param name="Band">As <see cref="ProjectHealth.Band"/>.</param>
/// <param name="IsFlagged">Red whatever its score is.</param>
/// <param name="UnknownCount">Components of its health that are unknown.</param>
/// <param name="CapitalCost">Null: not known.</param>
/// <param name="Committed">Additive and funded: the sum of the cells.</param>
internal sealed record ProjectStatus(
    ProjectNode Node, Stage Stage, decimal? Score, HealthBand Band, bool IsFlagged, int UnknownCount, long? CapitalCost, long Committed, bool IsJoint)
{
    /// <summary>Capital cost less committed money, never below zero. Null: the capital cost is not known.</summary>
    public long? FundingGap => CapitalCost is { } cost ? Math.Max(0, cost - Committed) : null;

    /// <summary>Its score by its capital cost, for the mean of all; null where there are not both.</summary>
    public decimal? WeighedScore { get; } = Score is { } score && CapitalCost is > 0 and var cost ? score * cost : null;

    /// <summary>Neither cancelled nor closed.</summary>
    public bool IsAlive => Stage is not (Stage.Cancelled or Stage.Closed);

    /// <summary>
    /// Red flags before others, then the lowest score; then projects of which nothing is known, then those that are not scored. A
    /// flagged project of which nothing else is known comes last among the flagged.
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

    /// <summary>Its health with the reasons, from the viewpoint from which it was judged.</summary>
    public ProjectHealth HealthAt(ReportContext report) => ProjectHealth.Of(SubjectOf(Node, CommittedMoney.Of(Node.FiguresAt(report.View, report.Day), report.Partnership), report));

    /// <param name="project">A project that is known.</param>
    /// <param name="committed">Its committed money from the same viewpoint.</param>
    /// <param name="report">From where it is looked at.</param>
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
