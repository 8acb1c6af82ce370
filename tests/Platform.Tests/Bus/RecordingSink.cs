using Mining.Changes.V1;
using Mining.Platform.Bus;

namespace Mining.Platform.Tests.Bus;

/// <summary>Records the applied changes in order.</summary>
internal sealed class RecordingSink : IChangeSink
{
    public const string Probe = "probe";

    private readonly Lock gate = new();
    private readonly List<int> applied = [];
    private readonly List<string> forgotten = [];
    private int forgottenAt;
    private int publishes;
    private int turns;

    public SourceFollower Follower { get; } = new("projects");

    /// <summary>Must complete before more changes are applied.</summary>
    public TaskCompletionSource? Room { get; set; }

    /// <summary>An additional action during each publish.</summary>
    public Action? Showing { get; set; }

    public int Publishes => Volatile.Read(ref publishes);

    /// <summary>From the start of a publish to the end of that loop iteration.</summary>
    public bool IsShowing { get; private set; }

    /// <summary>The number of loop iterations.</summary>
    public int Turns => Volatile.Read(ref turns);

    public (string LogId, long Watermark) Published { get; private set; }

    public IReadOnlyList<int> Applied
    {
        get
        {
            lock (gate)
                return [.. applied];
        }
    }

    public IReadOnlyList<int> AppliedSinceForgotten => [.. Applied.Skip(forgottenAt)];

    public IReadOnlyList<string> Forgotten
    {
        get
        {
            lock (gate)
                return [.. forgotten];
        }
    }

    // The probe is a source of its own that is never behind; observing it shows that the loop has run.
    public Task<IReadOnlyList<SourceFollower>> Resume(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SourceFollower>>([Follower, new SourceFollower(Probe)]);

    public void Apply(IReadOnlyList<Change> changes)
    {
        lock (gate)
            applied.AddRange(changes.Select(change => (int)change.Sequence));
    }

    public void Forget(string source)
    {
        lock (gate)
        {
            forgotten.Add(source);
            forgottenAt = applied.Count;
        }
    }

    public Task HasRoom(CancellationToken cancellation)
    {
        IsShowing = false;
        Interlocked.Increment(ref turns);
        return Room?.Task.WaitAsync(cancellation) ?? Task.CompletedTask;
    }

    public void Publish(IReadOnlyList<SourceFollower> followers)
    {
        IsShowing = true;
        Showing?.Invoke();
        Published = (Follower.LogId, Follower.Watermark);
        Interlocked.Increment(ref publishes);
    }
}
