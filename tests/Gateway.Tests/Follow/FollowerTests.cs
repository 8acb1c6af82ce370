// At stake: the memory of a gateway that catches up with millions of changes. The queue for the checkpoint must stay bounded, but a
// checkpoint that cannot be written must not stop the figures from being updated. Tested on a real SQLite file.
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Changes.V1;
using Mining.Gateway.Follow;
using Mining.Platform.Bus;
using Mining.Platform.Storage;
using Xunit;

namespace Mining.Gateway.Tests.Follow;

public sealed class FollowerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mining-follower-").FullName;
    private readonly PortfolioFollower follower;
    private long last;

    public FollowerTests() => follower = new PortfolioFollower(
        new Checkpoint(new SqliteDatabase($"Data Source={File}", NullLogger<SqliteDatabase>.Instance), NullLogger<Checkpoint>.Instance),
        TimeProvider.System,
        NullLogger<PortfolioFollower>.Instance);

    private string File => Path.Combine(folder, "gateway.db");

    public void Dispose()
    {
        follower.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Applying_pauses_until_the_checkpoint_has_caught_up()
    {
        await follower.Resume(CancellationToken.None);
        Apply(PortfolioFollower.MaxUnwrittenChanges - 1);
        Assert.True(follower.HasRoom(CancellationToken.None).IsCompleted);
        Apply(1);
        var room = follower.HasRoom(CancellationToken.None);
        Assert.False(room.IsCompleted);

        await follower.StartAsync(CancellationToken.None);
        await room;
        Assert.True(follower.HasRoom(CancellationToken.None).IsCompleted);
        await follower.StopAsync(CancellationToken.None);
        await using var connection = new SqliteConnection($"Data Source={File}");
        Assert.Equal(PortfolioFollower.MaxUnwrittenChanges, await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM checkpoint_change"));
        Assert.Equal(last, await connection.ExecuteScalarAsync<long>("SELECT watermark FROM checkpoint_source"));
    }

    [Fact]
    public async Task A_failed_checkpoint_write_blocks_nobody_and_is_repeated()
    {
        await follower.Resume(CancellationToken.None);
        await using var connection = new SqliteConnection($"Data Source={File}");
        await connection.ExecuteAsync("ALTER TABLE checkpoint_change RENAME TO elsewhere");
        Apply(PortfolioFollower.MaxUnwrittenChanges);
        await follower.StartAsync(CancellationToken.None);
        await follower.HasRoom(CancellationToken.None);
        Apply(1);
        Assert.True(follower.HasRoom(CancellationToken.None).IsCompleted);

        await connection.ExecuteAsync("ALTER TABLE elsewhere RENAME TO checkpoint_change");
        await follower.StopAsync(CancellationToken.None);
        Assert.Equal(last, await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM checkpoint_change"));
    }

    private void Apply(int count)
    {
        var source = new SourceFollower("investors");
        for (; count > 0; count--)
        {
            last++;
            follower.Apply([new Change { Source = "investors", Resource = $"commitments/{last}", Sequence = last, Version = 1 }]);
        }

        source.Resume("log", last);
        follower.Publish([source]);
    }
}
