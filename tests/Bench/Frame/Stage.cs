using System.Diagnostics;
using Mining.Bench.Data;
using Mining.Testing;

namespace Mining.Bench.Frame;

/// <summary>What the measurements share, created on first use: data sets, gateways loaded with them, whole meshes.</summary>
internal sealed class Stage(int rounds, int largest) : IAsyncDisposable
{
    private readonly Dictionary<int, FeedServer> feeds = [];
    private readonly Dictionary<int, FedGateway> gateways = [];

    /// <summary>The number of rounds per pair.</summary>
    public int Rounds => rounds;

    /// <summary>The duration of one round of load.</summary>
    public TimeSpan RoundLength { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The wanted number of commitments, limited to the largest data set.</summary>
    public int Size(int wanted) => Math.Min(wanted, largest);

    public async Task<FeedServer> Feed(int size) =>
        feeds.TryGetValue(size, out var known) ? known : feeds[size] = await FeedServer.Start(new DataSet(size));

    /// <summary>An idle gateway with a data set of this many commitments.</summary>
    public async Task<FedGateway> Gateway(int size)
    {
        if (gateways.TryGetValue(size, out var known))
            return known;
        var gateway = new FedGateway(await Feed(size));
        gateways[size] = gateway;
        await gateway.Start();
        await gateway.CheckpointWritten();
        return gateway;
    }

    /// <summary>A dedicated mesh without call limits, because one caller stands for many here.</summary>
    public static async Task<MeshProcesses> Mesh()
    {
        var mesh = new MeshProcesses();
        foreach (var service in mesh.Services)
            ServiceAlone.Unlimited(service);
        await mesh.Start();
        return mesh;
    }

    /// <summary>Measures two things in turn, alternating which is first, so that neither always has the cooler machine.</summary>
    public async Task<IReadOnlyList<(double Ours, double Theirs)>> Interleave(Func<Task<double>> ours, Func<Task<double>> theirs, int? count = null)
    {
        var pairs = new List<(double, double)>();
        for (var round = 0; round < (count ?? rounds); round++)
        {
            if (round % 2 == 0)
            {
                var mine = await ours();
                pairs.Add((mine, await theirs()));
            }
            else
            {
                var other = await theirs();
                pairs.Add((await ours(), other));
            }
        }

        return pairs;
    }

    /// <summary>The same for in-process measurements.</summary>
    public Task<IReadOnlyList<(double Ours, double Theirs)>> Interleave(Func<double> ours, Func<double> theirs, int? count = null) =>
        Interleave(() => Task.FromResult(ours()), () => Task.FromResult(theirs()), count);

    /// <summary>The duration of an action in milliseconds.</summary>
    public static double Milliseconds(Action action)
    {
        var begin = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    /// <summary>
    /// The processor time of an action on all threads of this process, in milliseconds: less sensitive to other load than its duration.
    /// </summary>
    public static double ProcessorMilliseconds(Action action)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        action();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in gateways.Values)
            await gateway.DisposeAsync();
        foreach (var feed in feeds.Values)
            await feed.DisposeAsync();
    }
}
