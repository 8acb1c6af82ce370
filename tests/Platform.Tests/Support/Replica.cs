using Microsoft.Extensions.Time.Testing;
using Mining.Changes.V1;
using Mining.Platform.Relay;

namespace Mining.Platform.Tests.Support;

/// <summary>What two replicas publish, in order, with the publisher of each.</summary>
public sealed class Broker
{
    private readonly Lock gate = new();
    private readonly List<(string Replica, string Id, string Type)> taken = [];

    /// <summary>The ids of all accepted changes.</summary>
    public IReadOnlyList<string> Changes => [.. Of(Change.Descriptor.FullName).Select(entry => entry.Id)];

    /// <summary>The publishers of changes.</summary>
    public IReadOnlyList<string> Publishers => [.. Of(Change.Descriptor.FullName).Select(entry => entry.Replica)];

    /// <summary>The publishers of heartbeats.</summary>
    public IReadOnlyList<string> Hearts => [.. Of(Heartbeat.Descriptor.FullName).Select(entry => entry.Replica)];

    public void Take(string replica, IReadOnlyList<ChangeEvent> events)
    {
        lock (gate)
            taken.AddRange(events.Select(entry => (replica, entry.Id, entry.Type)));
    }

    private IReadOnlyList<(string Replica, string Id, string Type)> Of(string type)
    {
        lock (gate)
            return [.. taken.Where(entry => entry.Type == type)];
    }
}

/// <summary>
/// A replica's relay with its own clock. While the clock stands still the relay does too, like a killed process; when the clock advances
/// again, like a process that was only paused.
/// </summary>
public sealed class Replica(TestService service, Broker broker) : IEventPublisher, IAsyncDisposable
{
    public FakeTimeProvider Time { get; } = new();

    public LogLines<ChangeRelay> Log { get; } = new();

    public ParkedChanges Parked => new(service.Database, service.Committer, service.Log, Time);

    /// <summary>The answer of its sidecar: the rejected ids, each with its reason; an exception: everything is rejected.</summary>
    public Func<IReadOnlyList<ChangeEvent>, Task<IReadOnlyDictionary<string, string>>> Answer { get; set; } = TakeAll;

    public ChangeRelay Relay => field ??= new ChangeRelay(
        this, service.Database, service.Log, service.Committer, Parked, service.Signal, service.Identity, Time, Log);

    public static Task<IReadOnlyDictionary<string, string>> TakeAll(IReadOnlyList<ChangeEvent> events) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    public Task Start() => Relay.StartAsync(CancellationToken.None);

    public Task Stop() => Relay.StopAsync(CancellationToken.None);

    public async Task<IReadOnlyDictionary<string, string>> Publish(string topic, IReadOnlyList<ChangeEvent> events, CancellationToken cancellation)
    {
        var refused = await Answer(events).WaitAsync(cancellation);
        broker.Take(service.Identity.Replica, [.. events.Where(entry => !refused.ContainsKey(entry.Id))]);
        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Relay.Dispose();
    }
}
