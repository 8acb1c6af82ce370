using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// Adds up how projects stand: the funnel by stage, the money still to be raised, the health of the whole. That is done anew for every
/// snapshot.
/// </summary>
internal sealed class PipelineRollUp
{
    private const int MostWorst = 5;
    private static readonly int StageCount = Enum.GetValues<Stage>().Max(stage => (int)stage) + 1;

    private readonly StageSums[] stages = [.. Enumerable.Range(0, StageCount).Select(_ => new StageSums())];
    private readonly BandCounts bands = new();
    private readonly List<RolledStanding> worst = new(MostWorst + 1);
    private int projectCount;
    private long capitalCost;
    private long fundingGap;
    private int unknownCapitalCosts;
    private int unknownComponents;
    private int weighedCount;
    private decimal weight;
    private decimal weighedScores;

    public void AddTo(PortfolioSummary summary, Viewpoint viewpoint)
    {
        var reporting = viewpoint.Reporting;
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
            Worst = { worst.Select(rolled => HealthMessages.Of(rolled.Standing, viewpoint)) },
            Rules = HealthMessages.Of(viewpoint.Rules),
        };
    }

    /// <summary>Adds a project; they come in the order of their names.</summary>
    public void Add(in RolledStanding standing)
    {
        projectCount++;
        var stage = stages[(int)standing.Stage];
        stage.Count++;
        stage.CapitalCost = checked(stage.CapitalCost + (standing.CapitalCost ?? 0));
        stage.UnknownCapitalCosts += standing.CapitalCost is null ? 1 : 0;
        Count(stage.Bands, standing.Band);
        Count(bands, standing.Band);
        unknownComponents += standing.UnknownCount;
        if (standing.IsAlive)
        {
            capitalCost = checked(capitalCost + (standing.CapitalCost ?? 0));
            fundingGap = checked(fundingGap + (standing.FundingGap ?? 0));
            unknownCapitalCosts += standing.CapitalCost is null ? 1 : 0;
        }

        if (standing.WeighedScore is { } weighedScore)
        {
            weighedCount++;
            weight += standing.CapitalCost!.Value;
            weighedScores += weighedScore;
        }

        if (standing.IsJudged)
            KeepIfWorse(in standing);
    }

    private void KeepIfWorse(in RolledStanding standing)
    {
        var place = worst.Count;
        while (place > 0 && standing.IsWorseThan(worst[place - 1]))
            place--;
        if (place == MostWorst)
            return;
        worst.Insert(place, standing);
        if (worst.Count > MostWorst)
            worst.RemoveAt(MostWorst);
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

    /// <summary>The order of stages, unknown last.</summary>
    private static int InOrderOfStages((int Index, StageSums Item) stage) => stage.Index == (int)Stage.Unspecified ? int.MaxValue : stage.Index;

    private sealed class StageSums
    {
        public int Count { get; set; }

        public long CapitalCost { get; set; }

        public int UnknownCapitalCosts { get; set; }

        public BandCounts Bands { get; } = new();
    }
}
