// At stake: no alarm at a replica without deliveries while another one receives them all, and an alarm if none does. Two replicas share one
// database; the clock advances when both have checked.
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mining.Changes.V1;
using Mining.Platform.Bus;
using Mining.Platform.Relay;
using Mining.Platform.Tests.Support;
using Mining.Primitives.Time;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Bus;

public sealed class SharedDeliveriesTests() : SharedDeliveriesSuite(TestStorage.Sqlite);

public sealed class SharedDeliveriesOnSqlServerTests() : SharedDeliveriesSuite(TestStorage.SqlServer);

public abstract class SharedDeliveriesSuite(TestStorage storage) : IAsyncLifetime
{
    private static readonly int ChecksUntilMissing = (int)(DeliveryWatch.DeliveryTimeout / SharedDeliveries.Interval) + 1;

    private readonly TestStorage storage = storage.SkipUnlessAvailable();
    private readonly CountingClock time = new();
    private readonly FakeFeed feed = new();
    private readonly List<Replica> replicas = [];

    public async ValueTask InitializeAsync()
    {
        replicas.Add(new Replica(await TestService.Start(storage: storage), feed, time));
        replicas.Add(new Replica(await TestService.Start(beside: replicas[0].Service, storage: storage), feed, time));
        foreach (var replica in replicas)
            await replica.Deliveries.StartAsync(CancellationToken.None);
        await Eventually.True(() => Task.FromResult(time.Waits == replicas.Count));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Enumerable.Reverse(replicas))
        {
            await replica.Deliveries.StopAsync(CancellationToken.None);
            replica.Deliveries.Dispose();
            replica.Known.Dispose();
            await replica.Service.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_replica_without_deliveries_does_not_warn_while_another_receives_them()
    {
        for (var i = 0; i < 3 * ChecksUntilMissing; i++)
        {
            await replicas[0].Known.Take(new Heartbeat { Source = "projects" }, CancellationToken.None);
            await Look();
        }

        Assert.All(replicas, replica => Assert.Empty(replica.Log.Lines));
    }

    [Fact]
    public async Task When_no_replica_receives_deliveries_each_logs_it_once_and_so_is_their_return()
    {
        await replicas[0].Known.Take(new Heartbeat { Source = "projects" }, CancellationToken.None);
        for (var i = 0; i < 3 * ChecksUntilMissing; i++)
            await Look();
        Assert.All(replicas, replica => Assert.StartsWith("Warning: The broker has delivered nothing of projects", Assert.Single(replica.Log.Lines), StringComparison.Ordinal));

        await replicas[1].Known.Take(new Heartbeat { Source = "projects" }, CancellationToken.None);
        // The other one may have checked just before.
        await Look();
        await Look();
        Assert.All(replicas, replica => Assert.Equal("Information: The broker delivers projects again", replica.Log.Lines[1]));
    }

    [Fact]
    public async Task While_the_source_is_down_no_warning_is_logged()
    {
        feed.Failure = new RpcException(new Status(StatusCode.Unavailable, "away"));
        for (var i = 0; i < 3 * ChecksUntilMissing; i++)
            await Look();
        Assert.All(replicas, replica => Assert.Empty(replica.Log.Lines));
    }

    private async Task Look()
    {
        var before = time.Waits;
        time.Advance(SharedDeliveries.Interval);
        await Eventually.True(() => Task.FromResult(time.Waits == before + replicas.Count));
    }

    private sealed class Replica(TestService service, FakeFeed feed, TimeProvider time)
    {
        public TestService Service => service;

        public LogLines<DeliveryMonitor> Log { get; } = new();

        public KnownProjects Known { get; } = new(service.Database, service.Committer, null!, time, NullLogger<KnownProjects>.Instance);

        public SharedDeliveries Deliveries => field ??= new(
            Known, service.Database, service.Committer, feed, new DeliveryMonitor(new BusOptions(), time, Log), time, NullLogger<SharedDeliveries>.Instance);
    }

    /// <summary>Counts the waits for the next check.</summary>
    private sealed class CountingClock : FakeTimeProvider
    {
        private int waits;

        public int Waits => Volatile.Read(ref waits);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == SharedDeliveries.Interval)
                Interlocked.Increment(ref waits);
            return timer;
        }
    }
}
