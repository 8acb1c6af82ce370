// At stake: two replicas of a service on one database. Both may write without confusing each other; one publishes, and if it dies, hangs,
// or has a failing sidecar, the other one soon takes over. Tested with two committers and two relays on one SQLite file. Each relay has its
// own clock: stopping the clock simulates a killed process.
using System.Diagnostics.Metrics;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Feed;
using Mining.Platform.Relay;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Relay;

public sealed class ReplicaTests() : ReplicaSuite(TestStorage.Sqlite);

public sealed class ReplicaOnSqlServerTests() : ReplicaSuite(TestStorage.SqlServer);

public abstract class ReplicaSuite(TestStorage storage) : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly Broker broker = new();
    private TestService one = null!;
    private TestService two = null!;
    private Replica first = null!;
    private Replica second = null!;

    public async ValueTask InitializeAsync()
    {
        one = await TestService.Start(storage: storage.SkipUnlessAvailable());
        two = await TestService.Start(beside: one);
        first = new Replica(one, broker);
        second = new Replica(two, broker);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (one is null)
            return; // skipped
        await Task.WhenAll(second.DisposeAsync().AsTask(), first.DisposeAsync().AsTask(), Until(() => first.Relay.ExecuteTask is null or { IsCompleted: true }));
        await two.DisposeAsync();
        await one.DisposeAsync();
    }

    [Fact]
    public async Task One_replica_publishes_the_changes_of_both_and_sends_the_heartbeats()
    {
        await StartBoth();
        await one.Put("projects/a");
        await two.Put("projects/b");
        await one.Put("projects/c");
        await Until(() => broker.Changes.Count >= 3 && broker.Hearts.Count >= 5);
        Assert.Equal(["log-1", "log-2", "log-3"], broker.Changes);
        Assert.All(broker.Publishers.Concat(broker.Hearts), replica => Assert.Equal("first", replica));
        Assert.False(second.Relay.IsPublishing);
    }

    [Fact]
    public async Task Changes_of_the_other_replica_are_published_promptly()
    {
        await StartBoth();
        await two.Put("projects/a");
        await Until(() => broker.Changes.Count == 1);
        await two.Put("projects/b");
        var begin = first.Time.GetTimestamp();
        await Until(() => broker.Changes.Count == 2);
        Assert.InRange(first.Time.GetElapsedTime(begin), TimeSpan.Zero, ChangeRelay.PollInterval);
    }

    [Fact]
    public async Task When_the_publisher_is_killed_while_publishing_the_other_takes_over_after_the_lease()
    {
        await StartBoth();
        first.Answer = _ => new TaskCompletionSource<IReadOnlyDictionary<string, string>>().Task; // it is killed while publishing
        await one.Put("projects/a");
        await two.Put("projects/b");
        var begin = second.Time.GetTimestamp();
        await Until(() => second.Relay.IsPublishing, second);
        Assert.InRange(second.Time.GetElapsedTime(begin), PublishLease.Length - PublishLease.RenewalInterval, PublishLease.Length + TimeSpan.FromSeconds(5));
        await Until(() => broker.Changes.Count == 2, second);
        Assert.Equal(["second", "second"], broker.Publishers);
        Assert.Contains(second.Log.Lines, line => line.Contains("first has not renewed its publish lease", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_paused_publisher_that_lost_its_lease_stops_publishing()
    {
        await StartBoth();
        await Until(() => second.Relay.IsPublishing, second);
        var before = broker.Hearts.Count(replica => replica == "first");
        first.Time.Advance(PublishLease.Length * 2); // it was paused for longer than its lease
        await two.Put("projects/a");
        await Until(() => first.Log.Lines.Any(line => line.Contains("second holds the publish lease", StringComparison.Ordinal)) && broker.Changes.Count == 1);
        var beats = broker.Hearts.Count;
        await Until(() => broker.Hearts.Count >= beats + 5);
        Assert.Equal(["second"], broker.Publishers);
        Assert.Equal(before, broker.Hearts.Count(replica => replica == "first"));
        Assert.False(first.Relay.IsPublishing);
    }

    [Fact]
    public async Task A_stopping_publisher_releases_its_lease_and_position_at_once()
    {
        await StartBoth();
        await one.Put("projects/a");
        await Until(() => broker.Changes.Count == 1);
        await first.Stop();
        Assert.Equal(1, (await one.Query<long>("SELECT published_sequence FROM relay_position")).Single());
        await one.Put("projects/b");
        var begin = second.Time.GetTimestamp();
        await Until(() => broker.Changes.Count >= 2, second);
        Assert.InRange(second.Time.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Equal(["log-1", "log-2"], broker.Changes);
    }

    [Fact]
    public async Task A_publisher_restarted_under_its_name_resumes_at_once()
    {
        await first.Start();
        await Until(() => first.Relay.IsPublishing);
        first.Answer = _ => new TaskCompletionSource<IReadOnlyDictionary<string, string>>().Task;
        await one.Put("projects/a"); // and hangs there
        await using var again = new Replica(one, broker);
        await again.Start();
        await Eventually.True(() => Task.FromResult(broker.Changes.Count == 1)); // its clock has not advanced
    }

    [Fact]
    public async Task A_publisher_with_a_failing_sidecar_yields_its_lease()
    {
        await StartBoth();
        first.Answer = _ => throw new IOException("no sidecar");
        await one.Put("projects/a");
        var begin = second.Time.GetTimestamp();
        await Until(() => broker.Changes.Count == 1);
        Assert.InRange(second.Time.GetElapsedTime(begin), TimeSpan.Zero, PublishLease.Length * 2);
        Assert.Equal(["second"], broker.Publishers);
        // A single replica retries forever.
        first.Answer = Replica.TakeAll;
        await second.Stop();
        await one.Put("projects/b");
        await Until(() => broker.Changes.Contains("log-2"));
    }

    [Fact]
    public async Task A_redrive_requested_from_the_other_replica_is_done()
    {
        first.Answer = events => Task.FromResult<IReadOnlyDictionary<string, string>>(
            events.Where(entry => entry.Id == "log-2").ToDictionary(entry => entry.Id, _ => "no"));
        await StartBoth();
        foreach (var name in (string[])["a", "b", "c"])
            await one.Put($"projects/{name}");
        await UntilParked(1);
        Assert.Equal(1, await second.Parked.Redrive([2], new Caller("operator"), CancellationToken.None));
        await Until(() => first.Log.Lines.Any(line => line.Contains("stays parked", StringComparison.Ordinal)));
        await UntilParked(1);

        first.Answer = Replica.TakeAll;
        Assert.Equal(1, await second.Parked.Redrive([], new Caller("operator"), CancellationToken.None));
        await UntilParked(0);
        Assert.Contains("log-2", broker.Changes);
        Assert.False(second.Relay.IsPublishing);
    }

    [Fact]
    public async Task The_number_of_parked_changes_is_a_gauge()
    {
        var parked = new ParkedChanges(one.Database, one.Committer, new ChangeLog(one.Database, new("parking")), TimeProvider.System);
        await one.Put("projects/a");
        await one.Put("projects/b");
        await parked.Park(1, "too large", CancellationToken.None);
        await parked.Park(2, "too large", CancellationToken.None);
        await parked.Count(CancellationToken.None);
        Assert.Equal(2, Gauge());
        await parked.Release(1, CancellationToken.None);
        await parked.Count(CancellationToken.None);
        Assert.Equal(1, Gauge());

        static long Gauge()
        {
            var value = -1L;
            using var listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (instrument.Name == "mining.relay.parked_now")
                        listener.EnableMeasurementEvents(instrument);
                },
            };
            listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) =>
            {
                foreach (var tag in tags)
                    value = tag is { Key: "source", Value: "parking" } ? measurement : value;
            });
            listener.Start();
            listener.RecordObservableInstruments();
            return value;
        }
    }

    [Fact]
    public async Task With_two_writers_sequences_have_no_gaps_and_every_answer_holds()
    {
        const int callers = 16;
        const int each = 20;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            var service = caller % 2 == 0 ? one : two;
            for (var i = 0; i < each; i++)
                await service.Put($"projects/{caller}-{i % 3}");
        }));
        var changes = await one.Changes();
        Assert.Equal(Enumerable.Range(1, callers * each).Select(number => (long)number), changes.Select(change => change.Sequence));
        foreach (var resource in changes.GroupBy(change => change.Resource))
            Assert.Equal(Enumerable.Range(1, resource.Count()).Select(number => (long)number), resource.Select(change => change.Version));
        Assert.True((await ChainVerification.Run(two.Log, CancellationToken.None)).Intact);
    }

    [Fact]
    public async Task One_request_id_sent_to_both_replicas_makes_one_change()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? one : two).Put("projects/a", "x", requestId: "r")));
        Assert.Single(await one.Changes());
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
    }

    [Fact]
    public async Task One_of_several_writers_with_the_same_etag_wins()
    {
        await one.Put("projects/a");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            try
            {
                await (i % 2 == 0 ? one : two).Run(async work =>
                {
                    var state = await work.ReadOne<byte[]>("SELECT state FROM thing WHERE name = @name", new { name = "projects/a" });
                    UnitOfWork.RequireEtag("1", Project.Parser.ParseFrom(state));
                    return await TestService.Write(work, "projects/a", $"{i}");
                });
                return "";
            }
            catch (RefusedException refused)
            {
                return refused.Refusal.Reason;
            }
        }));
        Assert.Single(outcomes, outcome => outcome == "");
        Assert.All(outcomes.Where(outcome => outcome != ""), outcome => Assert.Equal("ETAG_MISMATCH", outcome));
    }

    /// <summary>Starts both; returns once the first one publishes and the second one has noticed.</summary>
    private async Task StartBoth()
    {
        await first.Start();
        await Until(() => first.Relay.IsPublishing, first);
        await second.Start();
        await Until(() => second.Time.GetUtcNow() > new Replica(two, broker).Time.GetUtcNow() + ChangeRelay.PollInterval, second);
    }

    private async Task UntilParked(int count)
    {
        var asked = -1L;
        await Eventually.True(async () =>
        {
            first.Time.Advance(Step);
            second.Time.Advance(Step);
            asked = (await one.Query<long>("SELECT COUNT(*) FROM parked_change WHERE redrive_time IS NULL")).Single();
            return asked == count && (await one.Query<long>("SELECT COUNT(*) FROM parked_change")).Single() == count;
        });
    }

    /// <summary>Advances the clocks of some replicas, or of both, until the condition holds.</summary>
    private Task Until(Func<bool> condition, params Replica[] replicas) => Eventually.True(
        () =>
        {
            foreach (var replica in replicas.Length > 0 ? replicas : [first, second])
                replica.Time.Advance(Step);
            return Task.FromResult(condition());
        },
        TimeSpan.FromSeconds(20),
        () => $"published: {string.Join(' ', broker.Changes)}\n{string.Join('\n', first.Log.Lines)}\n--- second\n{string.Join('\n', second.Log.Lines)}");
}
