using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapper;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Calls;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Names;
using Mining.Projects.V1;

namespace Mining.Platform.Bus;

/// <summary>
/// Knows which projects exist, for services that refer to them. It learns them from <c>projects.changes</c>, stores them in the service's
/// own table <c>known_project</c> and, on a miss, asks the projects service before refusing anything. Projects are never deleted.
///
/// Projects seen on the bus are known immediately and stored in batches, because one transaction each would keep the writer from its
/// commands. A project that a command refers to is stored before the command runs. A killed process loses the projects seen in its last
/// second and asks for them again.
/// </summary>
public sealed class KnownProjects(
    Database database, Committer committer, IServiceCalls services, TimeProvider time, ILogger<KnownProjects> log) : BackgroundService, IChangeSubscriber
{
    /// <summary>How often newly seen projects are stored.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Maximum number of projects stored per transaction.</summary>
    public const int MaxBatchSize = 128;

    /// <summary>Maximum number of projects waiting to be stored. Beyond it, deliveries wait.</summary>
    public const int MaxPending = 4_096;

    /// <summary>Timeout for calls to the projects service.</summary>
    public static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(3);

    /// <summary>The known projects, and whether each is stored.</summary>
    private readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);

    private readonly Channel<string> observed = Channel.CreateBounded<string>(new BoundedChannelOptions(MaxPending) { SingleReader = true });

    public IReadOnlyList<string> Sources { get; } = ["projects"];

    public async ValueTask Take(Change change, CancellationToken cancellation)
    {
        if (ResourceNames.Projects.IsName(change.Resource) && known.TryAdd(change.Resource, false))
            await observed.Writer.WriteAsync(change.Resource, cancellation);
    }

    public ValueTask Take(Heartbeat heartbeat, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Checks that a project exists.</summary>
    /// <exception cref="RefusedException">
    /// FAILED_PRECONDITION (PROJECT_NOT_FOUND); UNAVAILABLE (PROJECTS_UNREACHABLE) if it is not known here and the projects service cannot
    /// be reached.
    /// </exception>
    public async Task Require(string project, CancellationToken cancellation)
    {
        var isKnown = known.TryGetValue(project, out var isKept);
        if (isKept || (!isKnown && await IsKept(project, cancellation)))
            return;
        if (!isKnown)
            await Ask(project, cancellation);
        await Keep([project], cancellation);
    }

    /// <summary>Stores newly seen projects, including the last ones at shutdown.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await HasObserved(stoppingToken))
        {
            await Task.Delay(Interval, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            try
            {
                while (Next() is { Count: > 0 } batch)
                    await Keep(batch, CancellationToken.None);
            }
            catch (Exception exception)
            {
                // The projects are still known in memory, and are stored with the first command that refers to them.
                log.LogWarning("Newly seen projects could not be recorded ({Reason})", exception.Message);
            }
        }
    }

    private async Task<bool> HasObserved(CancellationToken stopping)
    {
        try
        {
            return await observed.Reader.WaitToReadAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private List<string> Next()
    {
        var batch = new List<string>();
        while (batch.Count < MaxBatchSize && observed.Reader.TryRead(out var project))
            batch.Add(project);
        return batch;
    }

    /// <summary>Asks the projects service.</summary>
    private async Task Ask(string project, CancellationToken cancellation)
    {
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
            log.LogWarning("The projects service could not be asked about {Project}: {Reason}", project, exception.Status.Detail);
            throw new RefusedException(Refusal.Unavailable(
                "PROJECTS_UNREACHABLE", $"{project} is not known here yet, and the projects service cannot be asked whether it exists; retry."));
        }
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

    private async Task Keep(IReadOnlyList<string> projects, CancellationToken cancellation)
    {
        await committer.Maintain(
            async (connection, transaction) =>
            {
                foreach (var project in projects)
                {
                    await connection.ExecuteAsync(
                        "INSERT INTO known_project (name) SELECT @project WHERE NOT EXISTS (SELECT 1 FROM known_project WHERE name = @project)",
                        new { project },
                        transaction);
                }
            },
            cancellation);
        foreach (var project in projects)
            known[project] = true;
    }
}
