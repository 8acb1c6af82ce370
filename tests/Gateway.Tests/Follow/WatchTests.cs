// At stake: thousands of watching boards. Each must get the present figures soon, whatever the others do: a slow reader gets the latest
// summary, and a board with a mask gets only its fields, only when one of them changes.
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Gateway.Features;
using Mining.Gateway.Follow;
using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests.Follow;

public sealed class WatchTests : IAsyncLifetime
{
    private readonly CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly World world = World.Of().Project("mine").Investor("bank", "DE").Commitment("c", "bank", "mine", "100 EUR");
    private readonly PortfolioFollower follower;
    private readonly WatchPortfolio feature;
    private int told;

    public WatchTests()
    {
        follower = new PortfolioFollower(
            new Checkpoint(new SqliteDatabase("Data Source=nowhere", NullLogger<SqliteDatabase>.Instance), NullLogger<Checkpoint>.Instance),
            TimeProvider.System,
            NullLogger<PortfolioFollower>.Instance);
        feature = new WatchPortfolio(follower, new GetPortfolioSummary(world.Rules), TimeProvider.System, new Lifetime());
    }

    public async ValueTask InitializeAsync()
    {
        Tell();
        await feature.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await feature.StopAsync(CancellationToken.None);
        ending.Dispose();
        follower.Dispose();
        feature.Dispose();
    }

    [Fact]
    public async Task A_masked_watch_is_sent_its_fields_only_when_one_of_them_changes()
    {
        var whole = Watch(null);
        var part = Watch(new FieldMask { Paths = { "all_projects", "health.bands" } });
        var first = (await part.ReadAsync(ending.Token)).Summary;
        var expected = (await whole.ReadAsync(ending.Token)).Summary;
        Assert.Equal(expected.AllProjects, first.AllProjects);
        Assert.Equal(expected.Health.Bands, first.Health.Bands);
        Assert.Equal(0, first.Health.Worst.Count + first.JointProjects.Count);
        Assert.Equal(("", null), (first.Partnership, first.AsOf));

        world.Commitment("p", "bank", "mine", "7 EUR", basis: CountingBasis.Overlap);
        Tell();
        Assert.Equal(1, (await whole.ReadAsync(ending.Token)).Summary.NonAdditiveCount);
        world.Commitment("d", "bank", "mine", "50 EUR");
        Tell();
        Assert.Equal(150, (await part.ReadAsync(ending.Token)).Summary.AllProjects[0].Total.Units); // and nothing before
    }

    [Fact]
    public async Task A_slow_reader_gets_the_latest_summary_and_skips_the_older_ones()
    {
        var slow = Watch(null, room: 1);
        var quick = Watch(null);
        await quick.ReadAsync(ending.Token);
        for (var number = 1; number <= 5; number++)
        {
            world.Commitment($"d{number}", "bank", "mine", "1 EUR");
            Tell();
            while ((await quick.ReadAsync(ending.Token)).Summary.AllProjects[0].CommitmentCount < 1 + number)
            {
                // An earlier round's.
            }
        }

        // One waits in the channel and one before it; then comes the present one.
        var counts = new List<int>();
        while (counts is not [.., 6])
            counts.Add((await slow.ReadAsync(ending.Token)).Summary.AllProjects[0].CommitmentCount);
        Assert.InRange(counts.Count, 2, 3);
    }

    [Fact]
    public async Task An_unknown_mask_path_is_refused_by_name()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Run(new FieldMask { Paths = { "health.score", "healht", "all_projects.total" } }, (_, _) => Task.CompletedTask));
        Assert.Contains("read_mask.paths[1] \"healht\" is not a field", refused.Message, StringComparison.Ordinal);
        Assert.Contains("read_mask.paths[2] \"all_projects.total\" is not a field", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("paths[0]", refused.Message, StringComparison.Ordinal);
    }

    private void Tell()
    {
        for (; told < world.Changes.Count; told++)
            follower.Apply([world.Changes[told]]);
        follower.Publish([]);
    }

    private ChannelReader<WatchPortfolioResponse> Watch(FieldMask? mask, int room = 100)
    {
        var channel = Channel.CreateBounded<WatchPortfolioResponse>(room);
        _ = Run(mask, (answer, cancellation) => channel.Writer.WriteAsync(WatchPortfolioResponse.Parser.ParseFrom(answer.ToBytes()), cancellation).AsTask());
        return channel.Reader;
    }

    private Task Run(FieldMask? mask, Func<SerializedAnswer, CancellationToken, Task> send) =>
        feature.Run(new WatchPortfolioRequest { ReadMask = mask, Query = new() }, World.Reader, send, ending.Token);

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
