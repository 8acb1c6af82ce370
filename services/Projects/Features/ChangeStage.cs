using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Projects.Api;
using Mining.Projects.Domain;
using Mining.Projects.V1;
using Mining.Proposals;
using Project = Mining.Projects.V1.Project;

namespace Mining.Projects.Features;

/// <summary>
/// Moves a project to another stage. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (STAGE_TRANSITION_NOT_ALLOWED, EFFECTIVE_DATE_TOO_EARLY, JOINT_DECISION_NEEDED).
/// </summary>
public sealed class ChangeStage(Committer committer) : CommandFeature<ChangeStageRequest, Project>(committer)
{
    /// <summary>Maximum length of a reason, in characters.</summary>
    public const int MaxReasonLength = 1_000;

    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Project>> Prepare(ChangeStageRequest request, Violations violations)
    {
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        violations.CheckEnum("stage", request.Stage, required: true);
        violations.CheckText("reason", request.Reason, MaxReasonLength, required: true);
        var effective = violations.ReadDate("effective_date", request.EffectiveDate);
        return ProjectChange.Prepare(name, request.Etag, Change);

        Project Change(UnitOfWork work, Project present)
        {
            var project = ProjectReader.ToDomain(present);
            if (present.Parties.Count > 1 && project.NeedsAllParties(request.Stage))
                work.RequireAgreement(name, $"Moving the joint project {name} to {StageTransitions.DisplayText(request.Stage)}", present.Parties);
            var decided = project.ChangeStage(request.Stage, effective ?? PartialDate.From(work.Today), request.Reason).OrThrow();
            return present.With(decided);
        }
    }
}
