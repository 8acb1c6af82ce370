using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Projects.Api;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>
/// Creates a permit, or replaces the one with the same id. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (TOO_MANY_PERMITS).
/// </summary>
public sealed class RecordPermit(Committer committer) : CommandFeature<RecordPermitRequest, Project>(committer)
{
    public override Func<UnitOfWork, Task<Project>> Prepare(RecordPermitRequest request, Violations violations)
    {
        var permit = FieldReaders.Require("permit", request.Permit);
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        ProjectReader.CheckPermit(permit, violations);
        return ProjectChange.Prepare(name, request.Etag, Record);

        Project Record(UnitOfWork work, Project present)
        {
            var others = present.Permits.Where(entry => entry.PermitId != permit.PermitId).ToList();
            if (others.Count >= Domain.Project.MaxPermits)
            {
                throw new RefusedException(Refusal.Precondition(
                    "TOO_MANY_PERMITS", name, $"A project has at most {Domain.Project.MaxPermits} permits."));
            }

            var next = present.Clone();
            next.Permits.Clear();
            next.Permits.AddRange(others.Append(permit).OrderBy(entry => entry.PermitId, StringComparer.Ordinal));
            return next;
        }
    }
}
