using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Projects.Api;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>
/// Creates a milestone, or replaces the one with the same id. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (BASELINE_IS_FIXED, TOO_MANY_MILESTONES).
/// </summary>
public sealed class RecordMilestone(Committer committer) : CommandFeature<RecordMilestoneRequest, Project>(committer)
{
    public override Func<UnitOfWork, Task<Project>> Prepare(RecordMilestoneRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("milestone", request.Milestone);
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        var milestone = ProjectReader.ReadMilestone(proposed, violations);
        return ProjectChange.Prepare(
            name, request.Etag, (_, present) => present.With(ProjectReader.ToDomain(present).Record(milestone!).OrThrow()));
    }
}
