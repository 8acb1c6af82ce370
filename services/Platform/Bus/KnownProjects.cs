using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapper;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Platform.Calls;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Jobs;
using Mining.Platform.Storage;
using Mining.Primitives.Names;
using Mining.Primitives.Time;
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
    Database database, Committer committer, IServiceCalls services, TimeProvider time, ILogger<KnownProjects> log)
    : PeriodicJob(Interval, time, log), IChangeSubscriber
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

    /// <summary>Whether the broker delivers what projects publishes.</summary>
    public DeliveryWatch Deliveries { get; } = new("projects");

    public async ValueTask Take(Change change, CancellationToken cancellation)
    {
        var isNew = ResourceNames.Projects.IsName(change.Resource) && known.TryAdd(change.Resource, false);
        Deliveries.Delivered(Time.MonotonicNow(), isNew ? 1 : 0);
        if (isNew)
            await observed.Writer.WriteAsync(change.Resource, cancellation);
    }

    public ValueTask Take(Heartbeat heartbeat, CancellationToken cancellation)
    {
        Deliveries.Delivered(Time.MonotonicNow());
        return ValueTask.CompletedTask;
    }

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

    /// <summary>Stores newly seen projects. If that fails they stay known in memory, and each is stored with the first command that refers to it.</summary>
    public override async Task RunOnce(CancellationToken cancellation)
    {
        while (Next() is { Count: > 0 } batch)
            await Keep(batch, CancellationToken.None); // Also at shutdown: a project taken from the queue is not queued again.
    }

    protected override Task RunLast(CancellationToken cancellation) => RunOnce(cancellation);

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
                new() { Name = project }, deadline: Time.GetUtcNow().UtcDateTime + AskDeadline, cancellationToken: cancellation);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            throw new RefusedException(Refusal.Precondition("PROJECT_NOT_FOUND", project, $"There is no {project}."));
        }
        catch (RpcException exception) when (!cancellation.IsCancellationRequested)
        {
            Log.LogWarning("The projects service could not be asked about {Project}: {Reason}", project, exception.Status.Detail);
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
