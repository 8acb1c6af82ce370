using Mining.Changes.V1;
using Mining.Gateway.ReadModel;
using Mining.Platform.Bus;
using Mining.Primitives.Names;

namespace Mining.Gateway.Follow;

/// <summary>
/// Applies the changes of all services to the read model, shows each new state as a view, and writes the checkpoint behind.
/// </summary>
public sealed class PortfolioFollower(Checkpoint checkpoint, TimeProvider time, ILogger<PortfolioFollower> log) : BackgroundService, IChangeSink
{
    /// <summary>The services whose changes make the read model.</summary>
    public static readonly IReadOnlyList<string> Services = ["investors", "projects", "refining"];

    /// <summary>How often the checkpoint is written.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(1);

    /// <summary>As soon as so many changes wait for the checkpoint, it is written before its time.</summary>
    public const int CheckpointPortion = 20_000;

    /// <summary>
    /// When so many wait, no more are applied until some of them are written: catching up takes no more memory than what it catches up with.
    /// A checkpoint that cannot be written holds nobody up; then they wait in memory, of each resource the latest.
    /// </summary>
    public const int MaxUnwrittenChanges = 2 * CheckpointPortion;

    private readonly PortfolioModel model = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, Change> latest = new(StringComparer.Ordinal);
    private readonly List<Change> superseded = [];
    private readonly HashSet<string> forgotten = [];
    private IReadOnlyList<CheckpointPosition> positions = [];
    private IReadOnlyList<CheckpointPosition> writtenPositions = [];
    private bool isWritable = true;
    private TaskCompletionSource portionWaits = NewSignal();
    private TaskCompletionSource written = NewSignal();
    private PortfolioState view = new(PortfolioSnapshot.Empty, []);
    private TaskCompletionSource next = NewSignal();

    /// <summary>The present view.</summary>
    public PortfolioState View => Volatile.Read(ref view);

    /// <summary>Completes when figures may have changed. Take it before the view, so that nothing falls in between.</summary>
    public Task Changed => Volatile.Read(ref next).Task;

    /// <summary>Whether something is known of every source, from its feed or the checkpoint.</summary>
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
            // What a damaged checkpoint gave before it broke off may be of a log that is another one now.
            foreach (var source in Services)
                model.Forget(source);
        }
        else
        {
            log.LogInformation("The read model goes on from its checkpoint: {Count} changes in {Elapsed:F0} ms", count, time.GetElapsedTime(begin).TotalMilliseconds);
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

    /// <summary>How many changes wait for the checkpoint.</summary>
    private int Unwritten => latest.Count + superseded.Count;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = time.CreateTimer(_ => Wake(), null, CheckpointInterval, CheckpointInterval);
        await using var registration = stoppingToken.Register(Wake);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Volatile.Read(ref portionWaits).Task;
            Volatile.Write(ref portionWaits, NewSignal());
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
                log.LogWarning("The checkpoint could not be written ({Reason}); it is tried again", exception.Message);
            lock (gate)
            {
                isWritable = false;
                // What has come since stays. What came from a log that was dropped meanwhile does not come back.
                changes.RemoveAll(change => forgotten.Contains(change.Source));
                forgotten.UnionWith(dropped);
                changes.ForEach(Note);
            }
        }

        Interlocked.Exchange(ref written, NewSignal()).TrySetResult();
    }

    /// <summary>Keeps a change for the checkpoint: the latest of each resource, and of a project every one, for the dossier says who changed what.</summary>
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

        if (isWritable && Unwritten >= CheckpointPortion)
            Wake();
    }

    /// <summary>Has the checkpoint written now.</summary>
    private void Wake() => Volatile.Read(ref portionWaits).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
