using Mining.Changes.V1;
using Mining.Gateway.ReadModel;
using Mining.Platform.Bus;
using Mining.Primitives.Names;

namespace Mining.Gateway.Follow;

/// <summary>
/// Applies the changes of all services to the read model, publishes each new state, and writes the checkpoint in the background.
/// </summary>
public sealed class PortfolioFollower(Checkpoint checkpoint, TimeProvider time, ILogger<PortfolioFollower> log) : BackgroundService, IChangeSink
{
    /// <summary>The services whose changes form the read model.</summary>
    public static readonly IReadOnlyList<string> Services = ["investors", "projects", "refining"];

    /// <summary>How often the checkpoint is written.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(1);

    /// <summary>When this many changes are unwritten, the checkpoint is written before its interval ends.</summary>
    public const int CheckpointBatchSize = 20_000;

    /// <summary>
    /// Back-pressure: when this many changes are unwritten, applying waits for the checkpoint, which bounds the memory used while catching
    /// up. If the checkpoint cannot be written, applying does not wait, and memory holds the latest change of each resource.
    /// </summary>
    public const int MaxUnwrittenChanges = 2 * CheckpointBatchSize;

    private readonly PortfolioModel model = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, Change> latest = new(StringComparer.Ordinal);
    private readonly List<Change> superseded = [];
    private readonly HashSet<string> forgotten = [];
    private IReadOnlyList<CheckpointPosition> positions = [];
    private IReadOnlyList<CheckpointPosition> writtenPositions = [];
    private bool isWritable = true;
    private TaskCompletionSource writeRequested = NewSignal();
    private TaskCompletionSource written = NewSignal();
    private PortfolioState view = new(PortfolioSnapshot.Empty, []);
    private TaskCompletionSource next = NewSignal();

    /// <summary>The current state.</summary>
    public PortfolioState View => Volatile.Read(ref view);

    /// <summary>Completes when figures may have changed. Read it before <see cref="View"/>, so that no change is missed.</summary>
    public Task Changed => Volatile.Read(ref next).Task;

    /// <summary>Whether data of every source has been read, from its feed or the checkpoint.</summary>
    public bool HasData => View.Sources.Count > 0 && View.Sources.All(source => source.LogId.Length > 0);

    public async Task<IReadOnlyList<SourceFollower>> Resume(CancellationToken cancellation)
    {
        await checkpoint.Prepare(cancellation);
        var begin = time.GetTimestamp();
        var count = 0;
        var resumed = await checkpoint.Read(
            changes =>
            {
                model.Apply(changes);
                count += changes.Count;
            },
            cancellation);
        writtenPositions = resumed;
        if (resumed.Count == 0)
        {
            // Discard what a damaged checkpoint yielded: it may belong to a log that was replaced since.
            foreach (var source in Services)
                model.Forget(source);
        }
        else
        {
            log.LogInformation("The read model resumed from its checkpoint: {Count} changes in {Elapsed:F0} ms", count, time.GetElapsedTime(begin).TotalMilliseconds);
        }

        return [.. Services.Select(source =>
        {
            var follower = new SourceFollower(source);
            if (resumed.FirstOrDefault(position => position.Source == source) is { } position)
                follower.Resume(position.LogId, position.Watermark);
            return follower;
        })];
    }

    public void Apply(IReadOnlyList<Change> changes)
    {
        model.Apply(changes);
        lock (gate)
        {
            foreach (var change in changes)
                Note(change);
        }
    }

    public void Forget(string source)
    {
        model.Forget(source);
        lock (gate)
        {
            foreach (var resource in latest.Where(entry => entry.Value.Source == source).Select(entry => entry.Key).ToList())
                latest.Remove(resource);
            superseded.RemoveAll(change => change.Source == source);
            forgotten.Add(source);
        }
    }

    public void Publish(IReadOnlyList<SourceFollower> followers)
    {
        var before = view.Snapshot;
        Volatile.Write(ref view, PortfolioState.Of(model.Publish(), followers));
        lock (gate)
            positions = [.. followers.Where(follower => follower.LogId.Length > 0).Select(follower => new CheckpointPosition(follower.Source, follower.LogId, follower.Watermark))];
        if (!ReferenceEquals(before, view.Snapshot))
            Interlocked.Exchange(ref next, NewSignal()).TrySetResult();
    }

    public Task HasRoom(CancellationToken cancellation)
    {
        lock (gate)
            return isWritable && Unwritten >= MaxUnwrittenChanges ? written.Task.WaitAsync(cancellation) : Task.CompletedTask;
    }

    /// <summary>The number of changes that are not in the checkpoint yet.</summary>
    private int Unwritten => latest.Count + superseded.Count;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = time.CreateTimer(_ => Wake(), null, CheckpointInterval, CheckpointInterval);
        await using var registration = stoppingToken.Register(Wake);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Volatile.Read(ref writeRequested).Task;
            Volatile.Write(ref writeRequested, NewSignal());
            await WriteCheckpoint(stoppingToken);
        }

        await WriteCheckpoint(CancellationToken.None);
    }

    private async Task WriteCheckpoint(CancellationToken cancellation)
    {
        List<Change> changes;
        List<string> dropped;
        IReadOnlyList<CheckpointPosition> at;
        lock (gate)
        {
            if (latest.Count == 0 && forgotten.Count == 0 && positions.SequenceEqual(writtenPositions))
                return;
            changes = [.. superseded, .. latest.Values];
            dropped = [.. forgotten];
            at = positions;
            latest.Clear();
            superseded.Clear();
            forgotten.Clear();
        }

        try
        {
            await checkpoint.Write(changes, dropped, at, cancellation);
            writtenPositions = at;
            isWritable = true;
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or OperationCanceledException)
        {
            if (exception is not OperationCanceledException)
                log.LogWarning("The checkpoint could not be written ({Reason}); retrying", exception.Message);
            lock (gate)
            {
                isWritable = false;
                // Keep newer changes, and do not restore changes of a log that was dropped during the write.
                changes.RemoveAll(change => forgotten.Contains(change.Source));
                forgotten.UnionWith(dropped);
                changes.ForEach(Note);
            }
        }

        Interlocked.Exchange(ref written, NewSignal()).TrySetResult();
    }

    /// <summary>Queues a change for the checkpoint: the latest of each resource, but all of a project, which the dossier lists.</summary>
    private void Note(Change change)
    {
        if (latest.TryGetValue(change.Resource, out var other))
        {
            var (older, newer) = other.Version < change.Version ? (other, change) : (change, other);
            latest[change.Resource] = newer;
            if (ResourceNames.Projects.IsName(change.Resource))
                superseded.Add(older);
        }
        else
        {
            latest[change.Resource] = change;
        }

        if (isWritable && Unwritten >= CheckpointBatchSize)
            Wake();
    }

    /// <summary>Triggers a write of the checkpoint.</summary>
    private void Wake() => Volatile.Read(ref writeRequested).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
