using Mining.Projects.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>The milestones and permits of a project.</summary>
internal static class MilestoneRules
{
    public static Decision RecordMilestone(MeshModel model, RecordMilestoneRequest request, DateTimeOffset now)
    {
        var unmet = model.Unmet<Project>(request.Name, request.Etag, out var present);
        if (request.Milestone is not { } milestone || !Texts.IsId(milestone.MilestoneId) || !Texts.HasLength(milestone.DisplayName, 1, 200)
            || milestone.BaselineDate is null || !Dates.AreValid(milestone.BaselineDate, milestone.ForecastDate, milestone.ActualDate))
            return Decision.InvalidOr(unmet);
        if (unmet is not null)
            return unmet;

        var before = present.Milestones.SingleOrDefault(known => known.MilestoneId == milestone.MilestoneId);
        if (before is not null && !before.BaselineDate.Equals(milestone.BaselineDate))
            return Decision.Forbid(Reasons.BaselineIsFixed);

        var milestones = present.Milestones
            .Where(known => known.MilestoneId != milestone.MilestoneId)
            .Append(milestone)
            .OrderBy(known => known.BaselineDate.FirstDay())
            .ThenBy(known => known.BaselineDate.LastDay())
            .ThenBy(known => known.MilestoneId, StringComparer.Ordinal);
        var changed = present.Clone();
        changed.Milestones.Clear();
        changed.Milestones.AddRange(milestones);
        return Decision.Take(changed.Next(now));
    }

    public static Decision RecordPermit(MeshModel model, RecordPermitRequest request, DateTimeOffset now)
    {
        var unmet = model.Unmet<Project>(request.Name, request.Etag, out var present);
        if (request.Permit is not { } permit || !IsValid(permit))
            return Decision.InvalidOr(unmet);
        if (unmet is not null)
            return unmet;

        var permits = present.Permits
            .Where(known => known.PermitId != permit.PermitId)
            .Append(permit)
            .OrderBy(known => known.PermitId, StringComparer.Ordinal);
        var changed = present.Clone();
        changed.Permits.Clear();
        changed.Permits.AddRange(permits);
        return Decision.Take(changed.Next(now));
    }

    private static bool IsValid(Permit permit) =>
        Texts.IsId(permit.PermitId)
        && Texts.HasLength(permit.DisplayName, 1, 200)
        && Texts.HasLength(permit.Authority, 0, 200)
        && Texts.IsStated(permit.Activity)
        && Dates.AreValid(permit.ApplicationDate, permit.GrantDate, permit.RefusalDate)
        && (permit.GrantDate is null || permit.RefusalDate is null)
        && !Dates.IsTooEarly(permit.GrantDate, permit.ApplicationDate)
        && !Dates.IsTooEarly(permit.RefusalDate, permit.ApplicationDate)
        && permit.StatutoryLimitMonths is >= 0 and <= 600;
}
