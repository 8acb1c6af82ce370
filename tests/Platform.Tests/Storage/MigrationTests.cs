// At stake: the data of a mesh that is upgraded during use. No script may run by accident, twice, or against the operator's will. Tested on
// real databases, with writers beside the migration.
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Feed;
using Mining.Platform.Storage;
using Mining.Platform.Tests.Support;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Storage;

public sealed class MigrationTests() : MigrationSuite(TestStorage.Sqlite);

public sealed class MigrationOnSqlServerTests() : MigrationSuite(TestStorage.SqlServer);

public abstract class MigrationSuite(TestStorage storage) : IDisposable
{
    /// <summary>The newest script of the platform, which the previous version does not know.</summary>
    private const string Upgrade = "2026-11-30-1";

    private readonly System.Reflection.Assembly assembly = typeof(MigrationSuite).Assembly;
    private readonly TestDatabase disk = storage.SkipUnlessAvailable().Make("migration");

    public void Dispose()
    {
        disk.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_upgrade_from_the_previous_schema_loses_no_concurrent_write()
    {
        const int callers = 8;
        disk.Open().Migrate(assembly, before: Upgrade);
        Assert.Single(disk.Open().Pending(assembly));
        await using var before = await TestService.StartOn(disk);
        using var enough = new CancellationTokenSource();
        var acknowledged = 0;
        var writing = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                await before.Put($"projects/{caller}", $"{i}", requestId: $"{caller}-{i}");
                Interlocked.Increment(ref acknowledged);
            }
        })).ToList();
        await Eventually.True(() => Task.FromResult(Volatile.Read(ref acknowledged) >= 50));

        await Task.Run(() => disk.Open().Migrate(assembly));
        var atUpgrade = Volatile.Read(ref acknowledged);
        await Eventually.True(() => Task.FromResult(Volatile.Read(ref acknowledged) >= atUpgrade + 50));
        await enough.CancelAsync();
        await Task.WhenAll(writing);

        // The previous version has continued; the new one finds all its changes, publishes them, and writes on.
        Assert.Empty(disk.Open().Pending(assembly));
        await using var after = await TestService.StartOn(disk);
        var changes = await after.Changes();
        Assert.Equal(acknowledged, changes.Count);
        Assert.Equal(Enumerable.Range(1, acknowledged).Select(number => (long)number), changes.Select(change => change.Sequence));
        foreach (var caller in changes.GroupBy(change => change.Resource))
            Assert.Equal(Enumerable.Range(1, caller.Count()).Select(number => (long)number), caller.Select(change => change.Version));
        Assert.True((await ChainVerification.Run(after.Log, CancellationToken.None)).Intact);
        Assert.Equal(changes[^1].Version + 1, (await after.Put(changes[^1].Resource, "after")).Version);

        var broker = new Broker();
        await using var replica = new Replica(after, broker);
        await replica.Start();
        await Eventually.True(() =>
        {
            replica.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(broker.Changes.Count == acknowledged + 1);
        });
        Assert.Equal(Enumerable.Range(1, acknowledged + 1).Select(number => $"log-{number}"), broker.Changes);
    }

    [Fact]
    public async Task Concurrent_migrations_run_each_script_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => disk.Open().Migrate(assembly))));
        Assert.Empty(disk.Open().Pending(assembly));
        await using var service = await TestService.StartOn(disk);
        Assert.Equal(1, (await service.Put("projects/a")).Version);
    }

    [Fact]
    public void A_dry_run_lists_the_scripts_without_running_them()
    {
        var database = disk.Open();
        database.Migrate(assembly, before: Upgrade);
        var shown = new StringWriter();
        MigrateCommand.Run(["migrate", "--dry-run"], database, assembly, shown, NullLogger.Instance);
        Assert.Contains("-delivery-count.sql", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE delivery_count", shown.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("-- 1 script would be run. Nothing was changed.\n", shown.ToString(), StringComparison.Ordinal);
        Assert.Single(database.Pending(assembly));

        MigrateCommand.Run(["migrate"], database, assembly, shown, NullLogger.Instance);
        Assert.Empty(database.Pending(assembly));
        shown = new StringWriter();
        MigrateCommand.Run(["migrate", "--dry-run"], database, assembly, shown, NullLogger.Instance);
        Assert.Equal("-- Nothing to run: the schema is up to date.\n", shown.ToString());
    }

    [Fact]
    public async Task A_service_that_may_not_migrate_waits_for_the_schema_and_logs_it()
    {
        var database = disk.Open();
        database.Migrate(assembly, before: Upgrade);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var log = new LogLines<SchemaGate>();
        var waiting = new SchemaGate(database, migrates: false, time, log).Pass(assembly, CancellationToken.None);
        await Eventually.True(() => Task.FromResult(log.Lines.Count == 1));
        Assert.Contains("1 migration has not been run", log.Lines.Single(), StringComparison.Ordinal);
        Assert.Contains("-delivery-count.sql", log.Lines.Single(), StringComparison.Ordinal);
        time.Advance(SchemaGate.PollInterval);
        // A reminder, not one every second.
        await Eventually.True(() => { time.Advance(SchemaGate.PollInterval); return Task.FromResult(log.Lines.Count == 2); });
        Assert.False(waiting.IsCompleted);
        Assert.Single(database.Pending(assembly));

        await Task.Run(() => disk.Open().Migrate(assembly));
        await Eventually.True(() => { time.Advance(SchemaGate.PollInterval); return Task.FromResult(waiting.IsCompleted); });
        await waiting;
        Assert.Contains("The schema is ready", log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_starts_on_a_newer_schema()
    {
        var database = disk.Open();
        database.Migrate(assembly);
        // This assembly has no scripts of its own, so it knows one script less than the database.
        await new SchemaGate(database, migrates: false, TimeProvider.System, NullLogger<SchemaGate>.Instance).Pass(typeof(TestStorage).Assembly, CancellationToken.None);
    }
}
