using Grpc.Core;
using Mining.Common.V1;
using Mining.Platform.Errors;
using Mining.Projects.V1;

namespace Mining.Cli.Tests.Fakes;

internal sealed class FakeProjectService(FakeMesh mesh) : ProjectService.ProjectServiceBase
{
    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext context) =>
        mesh.Batch(() => FakeBatch.Run(this, request.Rows, context));

    public override Task<Project> CreateProject(CreateProjectRequest request, ServerCallContext context) => mesh.Command(
        "projects", request.RequestId, request,
        () =>
        {
            var violations = new Violations();
            violations.CheckText("project.display_name", request.Project.DisplayName, 200, required: true);
            violations.CheckCountry("project.country", request.Project.Country);
            violations.CheckSources("project.sources", request.Project.Sources);
            Named.ThrowIfAny(violations);
            var project = request.Project.Clone();
            project.Name = $"projects/{request.ProjectId}";
            return Named.Add(mesh.Projects, project.Name, project);
        },
        project => project.Name);

    public override Task<Project> GetProject(GetProjectRequest request, ServerCallContext context) =>
        Task.FromResult(mesh.Get(mesh.Projects, request.Name));

    public override Task<ListProjectsResponse> ListProjects(ListProjectsRequest request, ServerCallContext context)
    {
        var (page, next) = mesh.Page(mesh.Projects.Values, request.PageSize, request.PageToken);
        return Task.FromResult(new ListProjectsResponse { Projects = { page }, NextPageToken = next });
    }
}

internal static class Named
{
    /// <summary>Adds a record; ALREADY_EXISTS if its id is taken.</summary>
    public static T Add<T>(SortedDictionary<string, T> records, string name, T record)
        where T : class
    {
        if (!records.TryAdd(name, record))
            throw FakeMesh.Error(Refusal.AlreadyExists("mining/Any", name));
        return record;
    }

    /// <summary>Refuses with all violations, as a status.</summary>
    public static void ThrowIfAny(Violations violations)
    {
        try
        {
            violations.ThrowIfAny();
        }
        catch (RefusedException exception)
        {
            throw FakeMesh.Error(exception.Refusal);
        }
    }
}
