using System.Collections.Concurrent;
using Dapper;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Hosting;
using Mining.Platform.Names;
using Mining.Platform.Storage;
using Mining.Projects.V1;

namespace Mining.Platform.Bus;

/// <summary>
/// Which projects exist, for the services that refer to them: learned from <c>projects.changes</c>, kept in the service's own
/// table <c>known_project</c>, and on a miss asked of projects itself before anything is refused. Projects are never deleted.
/// </summary>
public sealed class KnownProjects(
    Database database, Committer committer, IServiceCalls services, TimeProvider time, ILogger<KnownProjects> log) : IChangeSubscriber
{
    /// <summary>How long projects may take to answer.</summary>
    public static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Sources { get; } = ["projects"];

    public async ValueTask Take(Change change, CancellationToken cancellation)
    {
        if (ResourceNames.Projects.IsName(change.Resource))
            await Keep(change.Resource, cancellation);
    }

    public ValueTask Take(Heartbeat heartbeat, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Makes sure that a project exists.</summary>
    /// <exception cref="RefusedException">
    /// FAILED_PRECONDITION (PROJECT_NOT_FOUND); UNAVAILABLE when it is not known here and projects cannot be asked.
    /// </exception>
    public async Task Require(string project, CancellationToken cancellation)
    {
        if (known.ContainsKey(project) || await IsKept(project, cancellation))
            return;
        try
        {
            await new ProjectService.ProjectServiceClient(services.To("projects")).GetProjectAsync(
                new() { Name = project }, deadline: time.GetUtcNow().UtcDateTime + AskDeadline, cancellationToken: cancellation);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            throw new RefusedException(Refusal.Precondition("PROJECT_NOT_FOUND", project, $"There is no {project}."));
        }
        catch (RpcException exception) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning("Projects could not be asked for {Project}: {Reason}", project, exception.Status.Detail);
            throw new RefusedException(Refusal.Unavailable(
                "PROJECTS_UNREACHABLE", $"{project} is not known here yet, and the projects service cannot be asked whether it exists; call again."));
        }

        await Keep(project, cancellation);
    }

    private async Task<bool> IsKept(string project, CancellationToken cancellation)
    {
        var kept = await database.Read(
            connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM known_project WHERE name = @project", new { project }),
            cancellation) > 0;
        if (kept)
            known.TryAdd(project, true);
        return kept;
    }

    private async Task Keep(string project, CancellationToken cancellation)
    {
        if (known.ContainsKey(project))
            return;
        await committer.Maintain(
            (connection, transaction) => connection.ExecuteAsync(
                "INSERT INTO known_project (name) SELECT @project WHERE NOT EXISTS (SELECT 1 FROM known_project WHERE name = @project)",
                new { project },
                transaction),
            cancellation);
        known.TryAdd(project, true);
    }
}
