using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// Adds up how projects stand: the funnel by stage, the money still to be raised, the health of the whole. It goes through them once, for
/// that is done anew for every snapshot.
/// </summary>
internal sealed class PipelineRollUp
{
    private const int MostWorst = 5;
    private static readonly int StageCount = Enum.GetValues<Stage>().Max(stage => (int)stage) + 1;

    private readonly StageSums[] stages = [.. Enumerable.Range(0, StageCount).Select(_ => new StageSums())];
    private readonly BandCounts bands = new();
    private readonly List<ProjectStanding> worst = new(MostWorst + 1);
    private long capitalCost;
    private long fundingGap;
    private int unknownCapitalCosts;
    private int unknownComponents;
    private int weighedCount;
    private decimal weight;
    private decimal weighedScores;

    private PipelineRollUp(IReadOnlyList<ProjectStanding> standings)
    {
        foreach (var standing in standings)
            Add(standing);
    }

    public static void AddTo(PortfolioSummary summary, IReadOnlyList<ProjectStanding> standings, Viewpoint viewpoint)
    {
        var reporting = viewpoint.Reporting;
        var sums = new PipelineRollUp(standings);
        summary.ProjectCount = standings.Count;
        summary.Funnel.Add(sums.stages.Index().Where(stage => stage.Item.Count > 0).OrderBy(InOrderOfStages).Select(stage => new StageFigure
        {
            Stage = (Stage)stage.Index,
            ProjectCount = stage.Item.Count,
            CapitalCost = reporting.Money(stage.Item.CapitalCost),
            UnknownCapitalCostCount = stage.Item.UnknownCapitalCosts,
            Bands = stage.Item.Bands,
        }));
        summary.CapitalCost = reporting.Money(sums.capitalCost);
        summary.UnknownCapitalCostCount = sums.unknownCapitalCosts;
        summary.FundingGap = reporting.Money(sums.fundingGap);
        summary.Health = new PortfolioHealth
        {
            Score = sums.weighedCount == 0 ? null : HealthMessages.Score(sums.weighedScores / sums.weight),
            WeighedProjectCount = sums.weighedCount,
            Bands = sums.bands,
            UnknownComponentCount = sums.unknownComponents,
            Worst = { sums.worst.Select(standing => HealthMessages.Of(standing, viewpoint)) },
            Rules = HealthMessages.Of(viewpoint.Rules),
        };
    }

    private void Add(ProjectStanding standing)
    {
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

        if (standing is { Score: not null } or { IsFlagged: true })
            KeepIfWorse(standing);
    }

    private void KeepIfWorse(ProjectStanding standing)
    {
        if (worst.Count == MostWorst && !standing.IsWorseThan(worst[^1]))
            return;
        var place = worst.FindIndex(standing.IsWorseThan);
        worst.Insert(place < 0 ? worst.Count : place, standing);
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
