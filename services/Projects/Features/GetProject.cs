using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>Returns a project. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class GetProject(ProjectStore store)
{
    public Task<Project> Run(GetProjectRequest request, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        violations.ThrowIfAny();
        return store.Read(name, cancellation);
    }
}
