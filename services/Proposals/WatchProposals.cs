using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Settings;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>
/// Streams the open proposals that the caller may see, a heartbeat, and then every changed proposal in its latest state. Errors:
/// INVALID_ARGUMENT; UNAVAILABLE (SERVICE_STOPPING) at shutdown.
/// </summary>
public sealed class WatchProposals(
    ProposalStore store, ChangeLog log, CommitSignal signal, ServiceIdentity service, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const int ReadAtOnce = 100;

    /// <summary>Minimum time between two polls, so that a watcher stays cheap under a load of other changes.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Poll interval for changes committed by another replica.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MinHeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxHeartbeatInterval = TimeSpan.FromSeconds(300);

    /// <summary>The error that ends a stream at shutdown.</summary>
    public static Refusal Stopping { get; } =
        Refusal.Unavailable("SERVICE_STOPPING", "This service is shutting down; call again to get the open proposals and further changes.");

    public async Task Run(WatchProposalsRequest request, IServerStreamWriter<WatchProposalsResponse> stream, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        ReadProposals.CheckSource(service, request.Source, violations);
        var heartbeat = ReadHeartbeat(request.HeartbeatInterval, violations);
        violations.ThrowIfAny();

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            await Watch(stream, ReadProposals.SidesOf(caller), heartbeat, ending.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RefusedException(Stopping);
        }
    }

    private async Task Watch(
        IServerStreamWriter<WatchProposalsResponse> stream, IReadOnlyList<string>? sides, TimeSpan heartbeat, CancellationToken ending)
    {
        // Read before the open proposals: a change in between is sent twice rather than missed.
        var position = (await log.Head(ending)).LastSequence;
        await SendOpen(stream, sides, ending);
        await SendHeartbeat(stream, ending);
        var silentSince = time.GetTimestamp();
        while (true)
        {
            var seen = signal.Count;
            var changed = await store.ChangedAfter(position, sides, ReadAtOnce, ending);
            foreach (var (sequence, proposal) in changed)
            {
                await stream.WriteAsync(new() { Proposal = proposal }, ending);
                position = sequence;
                silentSince = time.GetTimestamp();
            }

            if (changed.Count == ReadAtOnce)
                continue;
            if (time.GetElapsedTime(silentSince) >= heartbeat)
            {
                await SendHeartbeat(stream, ending);
                silentSince = time.GetTimestamp();
            }

            await Task.Delay(Pause, time, ending);
            await signal.WaitBeyond(seen, LookInterval, time, ending);
        }
    }

    private async Task SendOpen(IServerStreamWriter<WatchProposalsResponse> stream, IReadOnlyList<string>? sides, CancellationToken ending)
    {
        var below = long.MaxValue;
        while (true)
        {
            var open = await store.List([ProposalState.Open], sides, below, ReadAtOnce, ending);
            foreach (var proposal in open)
            {
                await stream.WriteAsync(new() { Proposal = proposal }, ending);
                below = ProposalName.NumberOf(proposal.Name);
            }

            if (open.Count < ReadAtOnce)
                return;
        }
    }

    private Task SendHeartbeat(IServerStreamWriter<WatchProposalsResponse> stream, CancellationToken ending) =>
        stream.WriteAsync(new() { Heartbeat = new() { SendTime = Timestamp.FromDateTimeOffset(time.GetUtcNow()) } }, ending);

    private static TimeSpan ReadHeartbeat(Duration? given, Violations violations)
    {
        if (given is null)
            return DefaultHeartbeat;
        var seconds = given.Seconds + (given.Nanos / 1e9);
        if (seconds >= MinHeartbeatInterval.TotalSeconds && seconds <= MaxHeartbeatInterval.TotalSeconds)
            return TimeSpan.FromSeconds(seconds);
        violations.Add("heartbeat_interval", "must be 1 to 300 seconds.");
        return DefaultHeartbeat;
    }
}
