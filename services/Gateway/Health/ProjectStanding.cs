using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// How a project stands in the pipeline, money in minor units of the reporting currency. It looks at all commitments of the project,
/// whatever commitments a query selects: a gap does not grow because somebody asks for grants only.
/// </summary>
/// <param name="CapitalCost">Null: not known.</param>
/// <param name="Committed">Additive and funded: the sum of the cells.</param>
internal sealed record ProjectStanding(
    ProjectFacts Project, Stage Stage, ProjectHealth Health, long? CapitalCost, long Committed, bool IsJoint)
{
    /// <summary>Capital cost less committed money, never below zero. Null: the capital cost is not known.</summary>
    public long? FundingGap => CapitalCost is { } cost ? Math.Max(0, cost - Committed) : null;

    /// <summary>Neither cancelled nor closed.</summary>
    public bool IsAlive => Stage is not (Stage.Cancelled or Stage.Closed);

    /// <summary>
    /// Red flags before others, then the lowest score; then projects of which nothing is known, then those that are not scored. A
    /// flagged project of which nothing else is known comes last among the flagged.
    /// </summary>
    public Rank RankByScore => new(
        Health switch
        {
            { RedFlags.Count: > 0 } => 0,
            { Score: not null } => 1,
            { Band: HealthBand.NotScored } => 3,
            _ => 2,
        },
        Health.Score ?? decimal.MaxValue,
        Project.Name);

    public static ProjectStanding Of(ProjectNode project, Viewpoint viewpoint)
    {
        var committed = Reached.IndexOf(Measure.Committed);
        var figures = project.FiguresAt(viewpoint.View, viewpoint.Day);
        var cells = viewpoint.Reporting.Cells(figures.Funded(committed), viewpoint.Partnership);
        var subject = new HealthSubject
        {
            Project = project.Facts!,
            Viewpoint = viewpoint,
            Committed = figures.Funded(committed),
            CommittedCells = cells,
            IsJoint = figures.IsJoint(committed),
            Refining = RefiningCoverage.Of(project, viewpoint),
            BreachingInvestors = [.. figures.BreachingInvestors
                .Select(investor => viewpoint.View.Investors[investor]!).OrderBy(investor => investor.Name, StringComparer.Ordinal)
                .Select(investor => investor.DisplayName)],
        };
        return new ProjectStanding(
            subject.Project, subject.Stage, ProjectHealth.Of(subject),
            subject.CapitalCost is { } cost ? viewpoint.Reporting.Of(cost) : null,
            ShareTables.TotalOf(cells), subject.IsJoint);
    }
}
