using System.Globalization;
using Mining.Portfolio.V1;
using WireDecimal = Google.Type.Decimal;
using WireHealth = Mining.Portfolio.V1.Health;
using WireRules = Mining.Portfolio.V1.HealthRules;

namespace Mining.Gateway.Health;

/// <summary>Converts health to messages. Scores are rounded only here, half-even to two decimals.</summary>
internal static class HealthMessages
{
    public static WireDecimal Score(decimal score) =>
        new() { Value = decimal.Round(score, 2, MidpointRounding.ToEven).ToString("0.00", CultureInfo.InvariantCulture) };

    public static WireHealth Of(ProjectHealth health, HealthRules rules) => new()
    {
        Score = health.Score is { } score ? Score(score) : null,
        Band = health.Band,
        Components =
        {
            health.Components.Select(component => new HealthComponent
            {
                Kind = component.Kind,
                State = component.Result.State,
                Score = component.Result.IsScored ? Score(component.Result.Score) : null,
                Weight = rules.Weights[component.Kind],
                Reason = component.Result.Reason(health.Subject),
            }),
        },
        RedFlags = { health.RedFlags },
        UnknownCount = health.UnknownCount,
    };

    public static WireRules Of(HealthRules rules) => new()
    {
        Weights = { rules.Weights.OrderBy(weight => weight.Key).Select(weight => new ComponentWeight { Kind = weight.Key, Weight = weight.Value }) },
        StageNeeds = { rules.StageNeedsPpm.OrderBy(need => need.Key).Select(need => new StageNeed { Stage = need.Key, NeededPartPpm = need.Value }) },
        SlipLimitMonths = rules.SlipLimitMonths,
        EuExtractionLimitMonths = rules.EuExtractionLimitMonths,
        EuProcessingLimitMonths = rules.EuProcessingLimitMonths,
        FreshDays = rules.FreshDays,
        StaleDays = rules.StaleDays,
        GreenScore = rules.GreenScore,
        AmberScore = rules.AmberScore,
    };

    public static PipelineEntry Of(ProjectStatus status, ReportContext report) => new()
    {
        Project = status.Project.Name,
        DisplayName = status.Project.DisplayName,
        Country = status.Project.Country,
        Stage = status.Stage,
        Health = Of(status.HealthAt(report), report.Rules),
        CapitalCost = status.CapitalCost is { } cost ? report.Reporting.Money(cost) : null,
        Committed = report.Reporting.Money(status.Committed),
        FundingGap = status.FundingGap is { } gap ? report.Reporting.Money(gap) : null,
        Joint = status.IsJoint,
    };
}
