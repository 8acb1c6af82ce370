// At stake: every change is published, under one id however many attempts it takes, and neither an unavailable sidecar nor a rejected
// change blocks anything else. The relay runs on a real log and speaks Dapr to a sidecar in the test.
using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Relay;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Relay;

public sealed class ChangeRelayTests() : ChangeRelaySuite(TestStorage.Sqlite);

public sealed class ChangeRelayOnSqlServerTests() : ChangeRelaySuite(TestStorage.SqlServer);

public abstract class ChangeRelaySuite(TestStorage storage) : IAsyncLifetime
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private readonly FakeSidecar sidecar = new();
    private readonly LogLines<ChangeRelay> log = new();
    private TestService service = null!;
    private ParkedChanges parked = null!;
    private ChangeRelay? relay;

    public async ValueTask InitializeAsync()
    {
        service = await TestService.Start(storage: storage);
        parked = new ParkedChanges(service.Database, service.Committer, service.Log, TimeProvider.System);
        await sidecar.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await StopRelay();
        await sidecar.DisposeAsync();
        await service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_change_is_published_in_order_with_its_own_id()
    {
        using var activity = new Activity("call").SetIdFormat(ActivityIdFormat.W3C).Start();
        await PutMany(250);
        activity.Stop();
        await StartRelay();
        await Published(250);
        Assert.Equal(Numbers(1, 250), sidecar.Sequences);
        var changes = await service.Changes();
        foreach (var (published, change) in sidecar.Taken.Where(entry => entry.Change is not null).Zip(changes))
        {
            Assert.Equal(change, published.Change);
            Assert.Equal(
                ("projects.changes", "mesh-pubsub", change.EventId, "projects", "mining.changes.v1.Change"),
                (published.Topic, published.Pubsub, published.Id, published.Source, published.Type));
            Assert.Equal(activity.Id, published.TraceParent);
        }

        await Put(); // and later changes too
        await Published(251);
    }

    [Fact]
    public async Task A_repeated_publication_keeps_its_ids()
    {
        var seen = new List<string>();
        sidecar.Answer = (events, _) =>
        {
            lock (seen)
                seen.AddRange(events.Where(entry => entry.Change is not null).Select(entry => entry.Id));
            // It accepts them, but its answer is lost.
            return sidecar.Calls <= 3 ? throw new RpcException(new Status(StatusCode.Unavailable, "lost")) : FakeSidecar.TakeAll(events, default);
        };
        await Put();
        await StartRelay();
        await Published(1);
        Assert.True(seen.Count >= 3, $"{seen.Count}");
        Assert.Equal(["log-1"], seen.Distinct());
    }

    [Fact]
    public async Task While_the_sidecar_is_down_commands_succeed_and_are_published_after_its_return()
    {
        await StartRelay();
        await Put();
        // Its answer has arrived as well; otherwise the change would rightly be sent again.
        await Eventually.True(() => Task.FromResult(relay!.Position == 1));
        await sidecar.Stop();
        await PutMany(150);
        await Eventually.True(() => Task.FromResult(log.Lines.Any(line => line.Contains("commands continue", StringComparison.Ordinal))));
        await sidecar.Start();
        await Published(151);
        Assert.Equal(Numbers(1, 151), sidecar.Sequences);
        Assert.Empty(await Parked());
    }

    [Fact]
    public async Task A_restarted_relay_resumes_at_its_position()
    {
        await PutMany(5);
        await StartRelay();
        await Published(5);
        await Eventually.True(async () => (await service.Query<long>("SELECT published_sequence FROM relay_position")).Single() == 5);
        await StopRelay();
        await PutMany(3);
        await StartRelay();
        await Published(8);
        Assert.Equal(Numbers(1, 8), sidecar.Sequences);
    }

    [Theory]
    [InlineData(true, StatusCode.OK)] // only the entry
    [InlineData(false, StatusCode.InvalidArgument)] // the whole call, as Dapr does for an unreadable entry
    [InlineData(false, StatusCode.Internal)] // … that the broker rejects
    [InlineData(false, StatusCode.ResourceExhausted)] // … that is too large
    public async Task A_rejected_change_is_parked_and_the_others_are_published(bool alone, StatusCode code)
    {
        sidecar.Answer = (events, _) => events.All(entry => entry.Id != "log-7")
            ? FakeSidecar.TakeAll(events, default)
            : alone
            ? Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { ["log-7"] = "too large" })
            : throw new RpcException(new Status(code, "too large"));
        await PutMany(20);
        await StartRelay();
        await Eventually.True(async () => (await Parked()).Count == 1, otherwise: () => string.Join('\n', log.Lines));
        await Published(19);
        Assert.Equal(Numbers(1, 20).Where(sequence => sequence != 7), sidecar.Sequences.Distinct().Order());
        var change = (await parked.List(0, 10, CancellationToken.None)).Single();
        Assert.Equal((7, "projects/6"), (change.Sequence, change.Resource));
        Assert.Contains("too large", change.Reason, StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains("change 7 of projects/6", StringComparison.Ordinal));
        await Put();
        await Published(20);

        // An operator retries it in vain, fixes the cause, and retries it again.
        var before = sidecar.Calls;
        Assert.Equal(1, await parked.Redrive([7], new Caller("operator"), CancellationToken.None));
        await Eventually.True(() => Task.FromResult(log.Lines.Any(line => line.Contains("stays parked", StringComparison.Ordinal))));
        Assert.True(sidecar.Calls > before);
        Assert.Equal([7], await Parked());
        sidecar.Answer = FakeSidecar.TakeAll;
        Assert.Equal(1, await parked.Redrive([], new Caller("operator"), CancellationToken.None));
        await Eventually.True(async () => (await Parked()).Count == 0);
        Assert.Contains(7L, sidecar.Sequences);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)] // Dapr's answer for an unknown pub/sub component
    [InlineData(StatusCode.Internal)] // Dapr's answer while its broker is down
    public async Task A_sidecar_that_refuses_everything_is_retried_and_nothing_is_parked(StatusCode code)
    {
        sidecar.Answer = (_, _) => throw new RpcException(new Status(code, "pubsub mesh-pubsub is not found"));
        await PutMany(20);
        await StartRelay();
        await Eventually.True(() => Task.FromResult(sidecar.Calls >= 20 && log.Lines.Any(line => line.Contains("not found", StringComparison.Ordinal))));
        Assert.Empty(await Parked());
        sidecar.Answer = FakeSidecar.TakeAll;
        await Published(20);
        Assert.Empty(await Parked());
    }

    [Fact]
    public async Task A_broker_that_fails_every_entry_is_retried_and_nothing_is_parked()
    {
        sidecar.Answer = (events, _) => Task.FromResult<IReadOnlyDictionary<string, string>>(events.ToDictionary(entry => entry.Id, _ => "broker away"));
        await PutMany(20);
        await StartRelay();
        await Eventually.True(() => Task.FromResult(sidecar.Calls >= 6));
        Assert.Empty(await Parked());
        sidecar.Answer = FakeSidecar.TakeAll;
        await Published(20);
        Assert.Empty(await Parked());
    }

    [Fact]
    public async Task A_sidecar_that_never_answers_is_retried()
    {
        var time = new FakeTimeProvider();
        sidecar.Answer = async (events, cancellation) =>
        {
            if (sidecar.Calls <= 2)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return await FakeSidecar.TakeAll(events, cancellation);
        };
        await Put();
        await StartRelay(time);
        await Eventually.True(() => Task.FromResult(sidecar.Calls == 1));
        time.Advance(ChangeRelay.AnswerTimeout - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, sidecar.Calls);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(sidecar.Sequences.Count == 1);
        });
    }

    [Fact]
    public async Task Heartbeats_carry_the_end_of_the_log_and_unique_ids()
    {
        await PutMany(3);
        await StartRelay();
        await Eventually.True(() => Task.FromResult(sidecar.Taken.Count(entry => entry.Heartbeat is not null) >= 3));
        var beats = sidecar.Taken.Where(entry => entry.Heartbeat is not null).ToList();
        Assert.All(beats, beat => Assert.Equal(("projects", "log", 3), (beat.Heartbeat!.Source, beat.Heartbeat.LogId, beat.Heartbeat.LastSequence)));
        Assert.Equal(beats.Count, beats.DistinctBy(beat => beat.Id).Count());
        var pauses = beats.Zip(beats.Skip(1), (one, next) => next.Heartbeat!.SendTime.ToDateTime() - one.Heartbeat!.SendTime.ToDateTime());
        Assert.All(pauses, pause => Assert.True(pause >= ChangeRelay.HeartbeatInterval / 2, $"{pause}")); // at a steady pace
    }

    [Fact]
    public async Task A_temporary_database_failure_does_not_end_the_relay()
    {
        await Rename("parked_change", "elsewhere");
        sidecar.Answer = (events, _) => Task.FromResult<IReadOnlyDictionary<string, string>>(
            events.Where(entry => entry.Id == "log-2").ToDictionary(entry => entry.Id, _ => "no"));
        await PutMany(3);
        await StartRelay();
        await Eventually.True(() => Task.FromResult(log.Lines.Any(line => line.Contains("The relay failed", StringComparison.Ordinal))));
        await Rename("elsewhere", "parked_change");
        await Eventually.True(async () => (await Parked()).SequenceEqual([2]));
        await Put();
        await Eventually.True(() => Task.FromResult(sidecar.Sequences.Contains(4)));
    }

    private static IEnumerable<long> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(number => (long)number);

    private async Task StartRelay(TimeProvider? time = null)
    {
        relay = new ChangeRelay(
            new DaprPublisher(sidecar.Client, new BusOptions()),
            service.Database,
            service.Log,
            service.Committer,
            parked,
            service.Signal,
            service.Identity,
            time ?? TimeProvider.System,
            log);
        await relay.StartAsync(CancellationToken.None);
    }

    private async Task StopRelay()
    {
        if (relay is null)
            return;
        await relay.StopAsync(CancellationToken.None);
        // It ended on request, not by an error.
        Assert.NotEqual(TaskStatus.Faulted, relay.ExecuteTask!.Status);
        relay.Dispose();
        relay = null;
    }

    private Task Published(int count) =>
        Eventually.True(
            () => Task.FromResult(sidecar.Sequences.Distinct().Count() >= count),
            otherwise: () => $"{sidecar.Sequences.Count}: {string.Join('\n', log.Lines)}");

    private async Task<IReadOnlyList<long>> Parked() => await service.Query<long>("SELECT sequence FROM parked_change ORDER BY sequence");

    private Task<int> Rename(string table, string name) =>
        service.Tamper(storage == TestStorage.Sqlite ? $"ALTER TABLE {table} RENAME TO {name}" : $"EXEC sp_rename '{table}', '{name}'");

    private Task<Project> Put() => service.Put("projects/one");

    private async Task PutMany(int count)
    {
        for (var i = 0; i < count; i++)
            await service.Put($"projects/{i}");
    }
}
