using Mining.Projects.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>The stage transitions of a project.</summary>
internal static class StageRules
{
    public static bool IsFinal(Stage stage) => stage is Stage.Cancelled or Stage.Closed;

    /// <summary>Exploration to operating: the stages among which a project moves forward and back.</summary>
    private static bool IsOnTheWay(Stage stage) => stage is >= Stage.Exploration and <= Stage.Operating;

    private static bool IsAllowed(Project project, Stage to)
    {
        var from = project.Stage;
        var last = project.StageHistory.LastOrDefault(entry => entry.Stage != Stage.Suspended)?.Stage ?? Stage.Unspecified;
        if (from == Stage.Unspecified)
            return true;
        if (from == to || IsFinal(from))
            return false;
        return to switch
        {
            Stage.Suspended => IsOnTheWay(from),
            Stage.Cancelled => last != Stage.Operating,
            Stage.Closed => from is Stage.Operating or Stage.Suspended,
            _ => true,
        };
    }

    public static Decision Change(MeshModel model, ChangeStageRequest request, DateTimeOffset now)
    {
        var unmet = model.Unmet<Project>(request.Name, request.Etag, out var present);
        if (!Texts.IsStated(request.Stage) || !Dates.AreValid(request.EffectiveDate) || !Texts.HasLength(request.Reason, 1, 1_000))
            return Decision.InvalidOr(unmet);
        if (unmet is not null)
            return unmet;

        var since = request.EffectiveDate ?? Dates.Today(now);
        var reasons = new List<string>();
        if (!IsAllowed(present, request.Stage))
            reasons.Add(Reasons.StageTransitionNotAllowed);
        if (Dates.IsTooEarly(since, present.StageHistory.LastOrDefault()?.EffectiveDate))
            reasons.Add(Reasons.EffectiveDateTooEarly);
        if (reasons.Count > 0)
            return Decision.Forbid(reasons);

        var changed = present.Clone();
        changed.Stage = request.Stage;
        changed.StageHistory.Add(new StageChange { Stage = request.Stage, EffectiveDate = since, Reason = request.Reason });
        return Decision.Take(changed.Next(now));
    }
}
