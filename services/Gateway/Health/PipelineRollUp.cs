using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// Adds up the status of projects: the pipeline by stage, the funding gap, and overall health. Computed from scratch for every
/// snapshot.
/// </summary>
internal sealed class PipelineRollUp
{
    private const int MaxWorstProjects = 5;
    private static readonly int StageCount = Enum.GetValues<Stage>().Max(stage => (int)stage) + 1;

    private readonly StageSums[] stages = [.. Enumerable.Range(0, StageCount).Select(_ => new StageSums())];
    private readonly BandCounts bands = new();
    private readonly List<RollUpRow> worst = new(MaxWorstProjects + 1);
    private int projectCount;
    private long capitalCost;
    private long fundingGap;
    private int unknownCapitalCosts;
    private int unknownComponents;
    private int weighedCount;
    private decimal weight;
    private decimal weighedScores;

    public void AddTo(PortfolioSummary summary, ReportContext report)
    {
        var reporting = report.Reporting;
        summary.ProjectCount = projectCount;
        summary.Funnel.Add(stages.Index().Where(stage => stage.Item.Count > 0).OrderBy(InOrderOfStages).Select(stage => new StageFigure
        {
            Stage = (Stage)stage.Index,
            ProjectCount = stage.Item.Count,
            CapitalCost = reporting.Money(stage.Item.CapitalCost),
            UnknownCapitalCostCount = stage.Item.UnknownCapitalCosts,
            Bands = stage.Item.Bands,
        }));
        summary.CapitalCost = reporting.Money(capitalCost);
        summary.UnknownCapitalCostCount = unknownCapitalCosts;
        summary.FundingGap = reporting.Money(fundingGap);
        summary.Health = new PortfolioHealth
        {
            Score = weighedCount == 0 ? null : HealthMessages.Score(weighedScores / weight),
            WeighedProjectCount = weighedCount,
            Bands = bands,
            UnknownComponentCount = unknownComponents,
            Worst = { worst.Select(rolled => HealthMessages.Of(rolled.Status, report)) },
            Rules = HealthMessages.Of(report.Rules),
        };
    }

    /// <summary>Adds a project. Projects must be added in order of their names.</summary>
    public void Add(in RollUpRow status)
    {
        projectCount++;
        var stage = stages[(int)status.Stage];
        stage.Count++;
        stage.CapitalCost = checked(stage.CapitalCost + (status.CapitalCost ?? 0));
        stage.UnknownCapitalCosts += status.CapitalCost is null ? 1 : 0;
        Count(stage.Bands, status.Band);
        Count(bands, status.Band);
        unknownComponents += status.UnknownCount;
        if (status.IsActive)
        {
            capitalCost = checked(capitalCost + (status.CapitalCost ?? 0));
            fundingGap = checked(fundingGap + (status.FundingGap ?? 0));
            unknownCapitalCosts += status.CapitalCost is null ? 1 : 0;
        }

        if (status.WeightedScore is { } weighedScore)
        {
            weighedCount++;
            weight += status.CapitalCost!.Value;
            weighedScores += weighedScore;
        }

        if (status.IsRated)
            KeepIfWorse(in status);
    }

    private void KeepIfWorse(in RollUpRow status)
    {
        var place = worst.Count;
        while (place > 0 && status.IsWorseThan(worst[place - 1]))
            place--;
        if (place == MaxWorstProjects)
            return;
        worst.Insert(place, status);
        if (worst.Count > MaxWorstProjects)
            worst.RemoveAt(MaxWorstProjects);
    }

    private static void Count(BandCounts counts, HealthBand band)
    {
        switch (band)
        {
            case HealthBand.Green:
                counts.Green++;
                break;
            case HealthBand.Amber:
                counts.Amber++;
                break;
            case HealthBand.Red:
                counts.Red++;
                break;
            case HealthBand.Unknown:
                counts.Unknown++;
                break;
            case HealthBand.NotScored:
                counts.NotScored++;
                break;
        }
    }

    /// <summary>The stages in order, unknown last.</summary>
    private static int InOrderOfStages((int Index, StageSums Item) stage) => stage.Index == (int)Stage.Unspecified ? int.MaxValue : stage.Index;

    private sealed class StageSums
    {
        public int Count { get; set; }

        public long CapitalCost { get; set; }

        public int UnknownCapitalCosts { get; set; }

        public BandCounts Bands { get; } = new();
    }
}
