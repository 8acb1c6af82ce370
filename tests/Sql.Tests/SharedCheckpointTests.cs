// At stake: gateway replicas that share one checkpoint on a server. If one restarts it while another keeps writing, the next start would
// read a mixture and silently show wrong figures. Tested on a real database, with the code for a server.
using Dapper;
using Microsoft.Extensions.Logging;
using Mining.Changes.V1;
using Mining.Gateway.Follow;
using Mining.Sql.Tests.Recording;
using Mining.Testing;
using Xunit;

namespace Mining.Sql.Tests;

public sealed class SharedCheckpointTests() : SharedCheckpointSuite(TestStorage.Sqlite);

public sealed class SharedCheckpointOnSqlServerTests() : SharedCheckpointSuite(TestStorage.SqlServer);

public abstract class SharedCheckpointSuite(TestStorage storage) : IDisposable
{
    private readonly TestDatabase disk = storage.SkipUnlessAvailable().Make("gateway");
    private readonly Lines lines = new();

    public void Dispose()
    {
        disk.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_third_replica_reads_the_checkpoints_of_two_others()
    {
        var (one, two) = (await Ready(), await Ready());
        await one.Write([Change("projects/a", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        await two.Write([Change("projects/a", 1), Change("projects/b", 2)], [], [new("projects", "log", 2)], CancellationToken.None);
        await one.Write([Change("projects/a", 3)], [], [new("projects", "log", 3)], CancellationToken.None);
        var (changes, positions) = await Read(await Ready());
        Assert.Equal([("projects/a", 3L), ("projects/b", 2L)], Latest(changes));
        Assert.Equal([new CheckpointPosition("projects", "log", 3)], positions);
        Assert.DoesNotContain(lines.All, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_highest_version_wins_in_any_write_order(bool onServer)
    {
        var one = await Ready(onServer);
        await one.Write([Change("projects/a", 1), Change("projects/a", 2), Change("projects/b", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        await one.Write([Change("projects/a", 1), Change("projects/b", 3), Change("projects/c", 2)], [], [new("projects", "log", 3)], CancellationToken.None);
        var kept = await disk.Open().Read(
            connection => connection.QueryAsync<(string, long)>("SELECT resource, version FROM checkpoint_change ORDER BY resource"), CancellationToken.None);
        Assert.Equal([("projects/a", 2L), ("projects/b", 3L), ("projects/c", 2L)], kept);
        // A project's revision data is kept for every version, and reading returns what the rows contain.
        Assert.Equal(5 + 3, (await Read(await Ready(onServer))).Changes.Count);
    }

    [Fact]
    public async Task A_replica_does_not_write_to_a_checkpoint_that_another_has_restarted()
    {
        var (one, two) = (await Ready(), await Ready());
        await two.Write([Change("projects/old", 1)], [], [new("projects", "old log", 1)], CancellationToken.None);
        await one.Write([Change("projects/a", 1)], ["projects"], [new("projects", "log", 1)], CancellationToken.None);
        for (var i = 0; i < 3; i++)
            await two.Write([Change("projects/old", 2)], [], [new("projects", "old log", 2)], CancellationToken.None);
        await one.Write([Change("projects/a", 2)], [], [new("projects", "log", 2)], CancellationToken.None);
        var (changes, positions) = await Read(await Ready());
        Assert.Equal([("projects/a", 2L)], Latest(changes));
        Assert.Equal([new CheckpointPosition("projects", "log", 2)], positions);
        Assert.Single(lines.All, line => line.Contains("stops writing the checkpoint", StringComparison.Ordinal)); // logged once
    }

    [Fact]
    public async Task A_checkpoint_of_another_version_on_a_server_is_emptied_not_dropped()
    {
        var one = await Ready(onServer: true);
        await one.Write([Change("projects/a", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        await disk.Open().Read(connection => connection.ExecuteAsync("UPDATE checkpoint_format SET format = 2"), CancellationToken.None);
        var two = await Ready(onServer: true);
        var (changes, positions) = await Read(two);
        Assert.Empty(changes);
        Assert.Empty(positions);

        // The replica of the other version does not write into a checkpoint that is no longer its own; the new one does.
        await one.Write([Change("projects/a", 2)], [], [new("projects", "log", 2)], CancellationToken.None);
        await two.Write([Change("projects/b", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        Assert.Equal([("projects/b", 1L)], Latest((await Read(await Ready(onServer: true))).Changes));
    }

    [Fact]
    public async Task A_damaged_checkpoint_on_a_server_is_emptied_and_reused()
    {
        var one = await Ready(onServer: true);
        await one.Write([Change("projects/a", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        await disk.Open().Read(
            connection => connection.ExecuteAsync("UPDATE checkpoint_change SET change = @rubbish", new { rubbish = new byte[] { 0xff, 0xff } }), CancellationToken.None);
        var two = await Ready(onServer: true);
        Assert.Empty((await Read(two)).Positions);
        Assert.Contains(lines.All, line => line.StartsWith("Warning: The checkpoint is damaged (", StringComparison.Ordinal));
        await two.Write([Change("projects/b", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        Assert.Equal([("projects/b", 1L)], Latest((await Read(await Ready(onServer: true))).Changes));
    }

    [Fact]
    public async Task A_checkpoint_restarted_while_it_is_read_is_discarded()
    {
        var one = await Ready();
        await one.Write([Change("projects/a", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        var two = await Ready();
        await one.Write([], ["projects"], [], CancellationToken.None);
        Assert.Empty((await Read(two)).Positions);
        // It has the new generation now, and may write what it reads from the feeds.
        await two.Write([Change("projects/b", 1)], [], [new("projects", "log", 1)], CancellationToken.None);
        Assert.Equal([("projects/b", 1L)], Latest((await Read(await Ready())).Changes));
    }

    private static Change Change(string resource, long version) => new() { Resource = resource, Source = "projects", Version = version, Sequence = version };

    private static IEnumerable<(string, long)> Latest(IEnumerable<Change> changes) =>
        changes.GroupBy(change => change.Resource).Select(group => (group.Key, group.Max(change => change.Version))).Order();

    private static async Task<(IReadOnlyList<Change> Changes, IReadOnlyList<CheckpointPosition> Positions)> Read(Checkpoint checkpoint)
    {
        var changes = new List<Change>();
        var positions = await checkpoint.Read(changes.AddRange, CancellationToken.None);
        return (changes, positions);
    }

    private async Task<Checkpoint> Ready(bool onServer = false)
    {
        var database = disk.Open();
        var checkpoint = new Checkpoint(onServer && !disk.IsOnServer ? new RecordingDatabase(database, (_, _, _) => { }) : database, lines);
        await checkpoint.Prepare(CancellationToken.None);
        return checkpoint;
    }

    private sealed class Lines : ILogger<Checkpoint>
    {
        public List<string> All { get; } = [];

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add($"{logLevel}: {formatter(state, exception)}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
