using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>Adds up how projects stand: the funnel by stage, the money still to be raised, the health of the whole.</summary>
internal static class PipelineRollUp
{
    private const int MostWorst = 5;

    public static void AddTo(PortfolioSummary summary, IReadOnlyList<ProjectStanding> standings, Viewpoint viewpoint)
    {
        var reporting = viewpoint.Reporting;
        var alive = standings.Where(standing => standing.IsAlive).ToArray();
        summary.ProjectCount = standings.Count;
        summary.Funnel.Add(standings.GroupBy(standing => standing.Stage).OrderBy(InOrderOfStages).Select(stage => new StageFigure
        {
            Stage = stage.Key,
            ProjectCount = stage.Count(),
            CapitalCost = reporting.Money(Sum(stage, standing => standing.CapitalCost)),
            UnknownCapitalCostCount = stage.Count(standing => standing.CapitalCost is null),
            Bands = BandsOf(stage),
        }));
        summary.CapitalCost = reporting.Money(Sum(alive, standing => standing.CapitalCost));
        summary.UnknownCapitalCostCount = alive.Count(standing => standing.CapitalCost is null);
        summary.FundingGap = reporting.Money(Sum(alive, standing => standing.FundingGap));
        summary.Health = HealthOf(standings, viewpoint);
    }

    private static PortfolioHealth HealthOf(IReadOnlyList<ProjectStanding> standings, Viewpoint viewpoint)
    {
        var weighed = standings.Where(standing => standing is { Health.Score: not null, CapitalCost: > 0 }).ToArray();
        var weight = weighed.Sum(standing => (decimal)standing.CapitalCost!.Value);
        return new PortfolioHealth
        {
            Score = weighed.Length == 0
                ? null
                : HealthMessages.Score(weighed.Sum(standing => standing.Health.Score!.Value * standing.CapitalCost!.Value) / weight),
            WeighedProjectCount = weighed.Length,
            Bands = BandsOf(standings),
            UnknownComponentCount = standings.Sum(standing => standing.Health.UnknownCount),
            Worst =
            {
                standings.Where(standing => standing.Health is { Score: not null } or { RedFlags.Count: > 0 })
                    .OrderBy(standing => standing.RankByScore).Take(MostWorst)
                    .Select(standing => HealthMessages.Of(standing, viewpoint)),
            },
            Rules = HealthMessages.Of(viewpoint.Rules),
        };
    }

    private static BandCounts BandsOf(IEnumerable<ProjectStanding> standings)
    {
        var counts = standings.CountBy(standing => standing.Health.Band).ToDictionary();
        return new BandCounts
        {
            Green = counts.GetValueOrDefault(HealthBand.Green),
            Amber = counts.GetValueOrDefault(HealthBand.Amber),
            Red = counts.GetValueOrDefault(HealthBand.Red),
            Unknown = counts.GetValueOrDefault(HealthBand.Unknown),
            NotScored = counts.GetValueOrDefault(HealthBand.NotScored),
        };
    }

    /// <summary>The order of stages, unknown last.</summary>
    private static int InOrderOfStages(IGrouping<Stage, ProjectStanding> stage) =>
        stage.Key == Stage.Unspecified ? int.MaxValue : (int)stage.Key;

    private static long Sum(IEnumerable<ProjectStanding> standings, Func<ProjectStanding, long?> amountOf) =>
        standings.Sum(standing => amountOf(standing) ?? 0);
}
