using Mining.Platform.Authorization;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Projects.Api;
using Mining.Projects.Domain;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>
/// Changes fields of a project. A new capital cost is in force from a date; a baseline never changes once recorded. Errors:
/// INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION (STAGE_IS_FINAL, BASELINE_IS_FIXED, EFFECTIVE_DATE_TOO_EARLY).
/// </summary>
public sealed class UpdateProject(Committer committer) : CommandFeature<UpdateProjectRequest, V1.Project>(committer)
{
    private static readonly string[] Changeable =
    [
        "display_name", "operator", "kinds", "country", "location", "minerals", "capital_cost", "outputs",
        "planned_first_production", "baseline_first_production", "report_date", "designations", "sources", "parties",
    ];

    public override Func<UnitOfWork, Task<V1.Project>> Prepare(UpdateProjectRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("project", request.Project);
        var name = ResourceNames.Projects.ReadName("project.name", proposed.Name, violations);
        var effective = violations.ReadDate("effective_date", request.EffectiveDate);
        var merge = FieldMasks.Read(proposed, request.UpdateMask, Changeable, violations, "project", ProjectReader.Check);
        return ProjectChange.Prepare(name, request.Etag, Update);

        V1.Project Update(UnitOfWork work, V1.Project present)
        {
            if (StageTransitions.IsFinal(present.Stage))
            {
                throw new RefusedException(Refusal.Precondition(
                    "STAGE_IS_FINAL", name, $"{name} is {StageTransitions.DisplayText(present.Stage)}; only milestones and permits can still be recorded."));
            }

            var merged = merge(present);
            Parties.Change(present.Parties, merged.Parties, name, work.Caller);

            var cost = merged.CapitalCost is { } money && Amount.TryRead(money, out var amount, out _) ? amount : (Amount?)null;
            var baseline = merged.BaselineFirstProduction ?? present.BaselineFirstProduction ?? merged.PlannedFirstProduction;
            var decided = ProjectReader.ToDomain(present)
                .Estimate(cost, effective ?? PartialDate.From(work.Today)).OrThrow()
                .SetBaseline(baseline is not null && PartialDate.TryRead(baseline, out var date, out _) ? date : null).OrThrow();
            return merged.With(decided);
        }
    }
}
