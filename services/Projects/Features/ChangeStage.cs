using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Names;
using Mining.Platform.Numbers;
using Mining.Projects.Api;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>
/// Moves a project to another stage. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (STAGE_TRANSITION_NOT_ALLOWED, EFFECTIVE_DATE_TOO_EARLY).
/// </summary>
public sealed class ChangeStage(Committer committer)
{
    /// <summary>How many characters a reason may have.</summary>
    public const int LongestReason = 1_000;

    public Task<Project> Run(ChangeStageRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        violations.CheckEnum("stage", request.Stage, required: true);
        violations.CheckText("reason", request.Reason, LongestReason, required: true);
        var effective = violations.ReadDate("effective_date", request.EffectiveDate);
        violations.ThrowIfAny();

        return committer.Run(command, Change, cancellation);

        async Task<Project> Change(Work work)
        {
            var present = await ProjectStore.Load(work, name);
            work.Caller.RequireSideOf(name, present.Parties);
            Work.RequireEtag(request.Etag, present);
            var decided = ProjectReader.ToDomain(present)
                .ChangeStage(request.Stage, effective ?? PartialDate.From(work.Today), request.Reason).OrThrow();
            return await ProjectStore.Save(work, present, present.With(decided));
        }
    }
}
