using Mining.Projects.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>How a project is recorded and corrected.</summary>
internal static class ProjectRules
{
    private static readonly string[] Changeable =
    [
        "display_name", "operator", "kinds", "country", "location", "minerals", "capital_cost", "outputs", "planned_first_production",
        "baseline_first_production", "report_date", "designations", "sources", "parties",
    ];

    public static Decision Create(MeshModel model, CreateProjectRequest request, DateTimeOffset now)
    {
        var project = request.Project;
        if (project is null || !Texts.IsId(request.ProjectId) || !Changeable.All(field => IsValid(project, field))
            || !OutputsAreOfItsMinerals(project)
            || !Texts.IsKnown(project.Stage) || !Dates.AreValid(request.StageEffectiveDate))
            return Decision.Invalid;
        var name = "projects/" + request.ProjectId;
        if (model.Has(name))
            return Decision.Taken;
        var created = project.Clone().Created(name, now);
        PartyRules.Begin(created.Parties);
        if (project.Stage != Stage.Unspecified)
            created.StageHistory.Add(new StageChange { Stage = project.Stage, EffectiveDate = request.StageEffectiveDate });
        if (project.CapitalCost is not null)
            created.CapitalCostHistory.Add(new CapitalCostEstimate { CapitalCost = project.CapitalCost });
        created.BaselineFirstProduction ??= project.PlannedFirstProduction;
        return Decision.Take(created);
    }

    public static Decision Update(MeshModel model, UpdateProjectRequest request, DateTimeOffset now)
    {
        var asked = request.Project;
        var fields = asked is null ? null : Fields.ToChange(asked, request.UpdateMask, Changeable);
        var unmet = model.Unmet<Project>(asked?.Name ?? "", request.Etag, out var present);
        var closed = unmet ?? (StageRules.IsFinal(present.Stage) ? Decision.Forbid(Reasons.StageIsFinal) : null);
        if (asked is null || fields is null || !fields.All(field => IsValid(asked, field)) || !Dates.AreValid(request.EffectiveDate))
            return Decision.InvalidOr(closed);
        if (unmet is not null)
            return unmet;

        var changed = Fields.With(present, asked, fields);
        PartyRules.Change(present.Parties, changed.Parties);
        if (!OutputsAreOfItsMinerals(changed))
            return Decision.InvalidOr(closed);
        var reasons = new List<string>();
        if (StageRules.IsFinal(present.Stage))
            reasons.Add(Reasons.StageIsFinal);
        // An empty baseline in a request keeps the recorded one, or is set from the plan.
        changed.BaselineFirstProduction ??= present.BaselineFirstProduction ?? changed.PlannedFirstProduction;
        if (present.BaselineFirstProduction is not null && !present.BaselineFirstProduction.Equals(changed.BaselineFirstProduction))
            reasons.Add(Reasons.BaselineIsFixed);
        if (!Equals(changed.CapitalCost, present.CapitalCost))
        {
            var since = request.EffectiveDate ?? Dates.Today(now);
            if (Dates.IsTooEarly(since, present.CapitalCostHistory.LastOrDefault()?.EffectiveDate))
                reasons.Add(Reasons.EffectiveDateTooEarly);
            // A value unknown at first was unknown at every earlier date.
            if (changed.CapitalCostHistory.Count == 0)
                changed.CapitalCostHistory.Add(new CapitalCostEstimate());
            changed.CapitalCostHistory.Add(new CapitalCostEstimate { CapitalCost = changed.CapitalCost, EffectiveDate = since });
        }

        return reasons.Count > 0 ? Decision.Forbid(reasons) : Decision.Take(changed.Next(now));
    }

    private static bool IsValid(Project project, string field) => field switch
    {
        "display_name" => Texts.HasLength(project.DisplayName, 1, 200),
        "operator" => Texts.HasLength(project.Operator, 0, 200),
        "kinds" => project.Kinds.Count > 0 && project.Kinds.All(Texts.IsStated) && Texts.EachOnce(project.Kinds),
        "country" => Catalogue.Countries.Contains(project.Country),
        "minerals" => project.Minerals.Count <= 50 && project.Minerals.All(Catalogue.Minerals.Contains) && Texts.EachOnce(project.Minerals),
        "capital_cost" => Amounts.IsPositiveOrAbsent(project.CapitalCost),
        "outputs" => project.Outputs.Count <= 100 && project.Outputs.All(IsValid),
        "planned_first_production" => Dates.AreValid(project.PlannedFirstProduction),
        "baseline_first_production" => Dates.AreValid(project.BaselineFirstProduction),
        "report_date" => Dates.AreValid(project.ReportDate),
        "designations" => project.Designations.All(Texts.IsStated) && Texts.EachOnce(project.Designations),
        "sources" => Texts.AreSources(project.Sources),
        "parties" => PartyRules.AreValid(project.Parties),
        _ => true,
    };

    private static bool OutputsAreOfItsMinerals(Project project) =>
        project.Outputs.All(output => output.Mineral.Length == 0 || project.Minerals.Contains(output.Mineral));

    private static bool IsValid(Output output) =>
        (output.Mineral.Length == 0 || Catalogue.Minerals.Contains(output.Mineral))
        && Texts.HasLength(output.Product, 0, 300)
        && Texts.HasLength(output.Basis, 0, 300)
        && CapacityRules.AreTonnesOrAbsent(output.TonnesPerYear);
}
