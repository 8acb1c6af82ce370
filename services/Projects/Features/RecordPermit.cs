using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Projects.Api;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>
/// Creates a permit, or replaces the one with the same id. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (TOO_MANY_PERMITS).
/// </summary>
public sealed class RecordPermit(Committer committer)
{
    public Task<Project> Run(RecordPermitRequest request, Caller caller, CancellationToken cancellation)
    {
        var permit = FieldReaders.Require("permit", request.Permit);
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        ProjectReader.CheckPermit(permit, violations);
        violations.ThrowIfAny();

        return committer.Run(command, Record, cancellation);

        async Task<Project> Record(UnitOfWork work)
        {
            var present = await ProjectStore.Load(work, name);
            work.Caller.RequireSideOf(name, present.Parties);
            UnitOfWork.RequireEtag(request.Etag, present);
            var others = present.Permits.Where(entry => entry.PermitId != permit.PermitId).ToList();
            if (others.Count >= Domain.Project.MaxPermits)
            {
                throw new RefusedException(Refusal.Precondition(
                    "TOO_MANY_PERMITS", name, $"A project has at most {Domain.Project.MaxPermits} permits."));
            }

            var next = present.Clone();
            next.Permits.Clear();
            next.Permits.AddRange(others.Append(permit).OrderBy(entry => entry.PermitId, StringComparer.Ordinal));
            return await ProjectStore.Save(work, present, next);
        }
    }
}
