// At stake: a restarted gateway. It resumes from a valid checkpoint; anything else (nothing, damage, another version) it logs in one line,
// starts empty, and writes a new checkpoint. Tested on real SQLite files.
using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Gateway.Follow;
using Mining.Gateway.Tests.Building;
using Mining.Platform.Storage;
using Xunit;

namespace Mining.Gateway.Tests.Follow;

public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mining-checkpoint-").FullName;
    private readonly Lines lines = new();
    private readonly World world = World.Of().Project("mine").Investor("bank", "DE").Commitment("c", "bank", "mine", "100 EUR");

    private string File => Path.Combine(folder, "gateway.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_valid_checkpoint_is_resumed_at_its_position()
    {
        await Write();
        lines.All.Clear();
        var (follower, positions) = await Resume();
        Assert.Equal([("investors", 3L), ("projects", 1L), ("refining", 0L)], positions);
        Assert.True(follower.View.Snapshot.HasData);
        Assert.Contains(lines.All, line => line.StartsWith("Information: The read model resumed from its checkpoint: 5 changes", StringComparison.Ordinal));
        Assert.DoesNotContain(lines.All, line => line.Contains("rebuilding", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_checkpoint_is_logged_and_created()
    {
        await Recompute("Information: There is no checkpoint yet; rebuilding the read model from the feeds");
    }

    [Theory]
    [InlineData(0, "an older")]
    [InlineData(2, "a newer")]
    public async Task A_checkpoint_of_another_version_is_logged_and_recreated(long format, string age)
    {
        await Write();
        await Tamper($"UPDATE checkpoint_format SET format = {format}");
        await Recompute($"Warning: The checkpoint has {age} format ({format}, not 1); rebuilding the read model from the feeds");
    }

    [Fact]
    public async Task A_checkpoint_of_a_newer_version_with_other_tables_is_recreated_too()
    {
        await Write();
        await Tamper("UPDATE checkpoint_format SET format = 2; ALTER TABLE checkpoint_change RENAME COLUMN change TO content; DROP TABLE checkpoint_revision");
        await Recompute("Warning: The checkpoint has a newer format");
    }

    [Theory]
    [InlineData("UPDATE checkpoint_change SET change = x'ffffff' WHERE resource = 'commitments/c'")]
    [InlineData("UPDATE checkpoint_change SET change = x'' WHERE resource = 'projects/mine'")]
    [InlineData("DROP TABLE checkpoint_change")]
    [InlineData("ALTER TABLE checkpoint_source DROP COLUMN watermark")]
    public async Task A_damaged_checkpoint_is_logged_and_recreated(string damage)
    {
        await Write();
        await Tamper(damage);
        await Recompute("Warning: The checkpoint is damaged (");
    }

    [Theory]
    [InlineData(0)] // all of it
    [InlineData(5_000)] // its later pages
    public async Task A_checkpoint_that_is_no_database_is_logged_and_recreated(int from)
    {
        await Write();
        SqliteConnection.ClearAllPools();
        foreach (var part in Directory.GetFiles(folder))
        {
            var bytes = await System.IO.File.ReadAllBytesAsync(part);
            bytes.AsSpan(Math.Min(from, bytes.Length)).Fill(0x5a);
            await System.IO.File.WriteAllBytesAsync(part, bytes);
        }

        await Recompute("Warning: The checkpoint");
    }

    /// <summary>It says so, nothing is left of what was there, and what is written now is read the next time.</summary>
    private async Task Recompute(string line)
    {
        lines.All.Clear();
        var (follower, positions) = await Resume();
        Assert.All(positions, position => Assert.Equal(0, position.Watermark));
        Assert.False(follower.View.Snapshot.HasData);
        var said = Assert.Single(lines.All, entry => entry.Contains("rebuilding", StringComparison.Ordinal));
        Assert.StartsWith(line, said, StringComparison.Ordinal);
        Assert.EndsWith("rebuilding the read model from the feeds", said, StringComparison.Ordinal);

        await Write();
        Assert.True((await Resume()).Follower.View.Snapshot.HasData);
    }

    private async Task Write()
    {
        var checkpoint = Checkpoint();
        await checkpoint.Prepare(CancellationToken.None);
        await checkpoint.Write(
            [.. world.Changes], [], [new("projects", "projects", 1), new("investors", "investors", 3)], CancellationToken.None);
    }

    private async Task<(PortfolioFollower Follower, IEnumerable<(string Source, long Watermark)> Positions)> Resume()
    {
        var follower = new PortfolioFollower(Checkpoint(), TimeProvider.System, new Lines<PortfolioFollower>(lines));
        var followers = await follower.Resume(CancellationToken.None);
        follower.Publish(followers);
        return (follower, [.. followers.Select(source => (source.Source, source.Watermark))]);
    }

    private Checkpoint Checkpoint() => new(
        new SqliteDatabase($"Data Source={File}", NullLogger<SqliteDatabase>.Instance), new Lines<Checkpoint>(lines));

    private async Task Tamper(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File}");
        await connection.ExecuteAsync(sql);
    }

    private sealed class Lines
    {
        public ConcurrentQueue<string> All { get; } = new();
    }

    private sealed class Lines<T>(Lines lines) : ILogger<T>
    {
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.All.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
