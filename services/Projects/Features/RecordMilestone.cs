using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Projects.Api;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>
/// Creates a milestone, or replaces the one with the same id. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (BASELINE_IS_FIXED, TOO_MANY_MILESTONES).
/// </summary>
public sealed class RecordMilestone(Committer committer)
{
    public Task<Project> Run(RecordMilestoneRequest request, Caller caller, CancellationToken cancellation)
    {
        var proposed = FieldReaders.Require("milestone", request.Milestone);
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        var milestone = ProjectReader.ReadMilestone(proposed, violations);
        violations.ThrowIfAny();

        return committer.Run(command, Record, cancellation);

        async Task<Project> Record(UnitOfWork work)
        {
            var present = await ProjectStore.Load(work, name);
            work.Caller.RequireSideOf(name, present.Parties);
            UnitOfWork.RequireEtag(request.Etag, present);
            var decided = ProjectReader.ToDomain(present).Record(milestone!).OrThrow();
            return await ProjectStore.Save(work, present, present.With(decided));
        }
    }
}
