using Mining.Projects.Domain;
using Wire = Mining.Projects.V1;

namespace Mining.Projects.Api;

/// <summary>Writes domain results into a project's wire type.</summary>
public static class ProjectWriter
{
    /// <summary>Returns the project with the domain part replaced.</summary>
    public static Wire.Project With(this Wire.Project project, Project decided)
    {
        var result = project.Clone();
        result.Stage = decided.Stage;
        result.StageHistory.Clear();
        foreach (var entry in decided.Stages)
            result.StageHistory.Add(new Wire.StageChange { Stage = entry.Stage, EffectiveDate = entry.EffectiveDate?.ToDate(), Reason = entry.Reason });
        result.CapitalCost = decided.CapitalCost?.ToMoney();
        result.CapitalCostHistory.Clear();
        foreach (var entry in decided.Costs)
            result.CapitalCostHistory.Add(new Wire.CapitalCostEstimate { CapitalCost = entry.CapitalCost?.ToMoney(), EffectiveDate = entry.EffectiveDate?.ToDate() });
        result.BaselineFirstProduction = decided.BaselineFirstProduction?.ToDate();
        result.Milestones.Clear();
        foreach (var entry in decided.Milestones)
        {
            result.Milestones.Add(new Wire.Milestone
            {
                MilestoneId = entry.Id,
                DisplayName = entry.DisplayName,
                BaselineDate = entry.Baseline.ToDate(),
                ForecastDate = entry.Forecast?.ToDate(),
                ActualDate = entry.Actual?.ToDate(),
            });
        }

        return result;
    }
}
