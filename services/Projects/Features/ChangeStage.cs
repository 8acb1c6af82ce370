using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Projects.Api;
using Mining.Projects.Domain;
using Mining.Projects.Storage;
using Mining.Projects.V1;
using Mining.Proposals;
using Project = Mining.Projects.V1.Project;

namespace Mining.Projects.Features;

/// <summary>
/// Moves a project to another stage. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (STAGE_TRANSITION_NOT_ALLOWED, EFFECTIVE_DATE_TOO_EARLY, JOINT_DECISION_NEEDED).
/// </summary>
public sealed class ChangeStage(Committer committer)
{
    /// <summary>Maximum length of a reason, in characters.</summary>
    public const int MaxReasonLength = 1_000;

    public Task<Project> Run(ChangeStageRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    public static Func<UnitOfWork, Task<Project>> Check(ChangeStageRequest request, Violations violations)
    {
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        violations.CheckEnum("stage", request.Stage, required: true);
        violations.CheckText("reason", request.Reason, MaxReasonLength, required: true);
        var effective = violations.ReadDate("effective_date", request.EffectiveDate);
        return Change;

        async Task<Project> Change(UnitOfWork work)
        {
            var present = await ProjectStore.Load(work, name);
            work.Caller.RequireSideOf(name, present.Parties);
            UnitOfWork.RequireEtag(request.Etag, present);
            var project = ProjectReader.ToDomain(present);
            if (present.Parties.Count > 1 && project.NeedsAllParties(request.Stage))
                work.RequireAgreement(name, $"Moving the joint project {name} to {StageTransitions.DisplayText(request.Stage)}", present.Parties);
            var decided = project.ChangeStage(request.Stage, effective ?? PartialDate.From(work.Today), request.Reason).OrThrow();
            return await ProjectStore.Save(work, present, present.With(decided));
        }
    }
}
