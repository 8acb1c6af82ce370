using System.Diagnostics;
using Mining.Bench.Data;
using Mining.Testing;

namespace Mining.Bench.Frame;

/// <summary>What measurements stand on, made when one first asks for it: data sets, gateways that are fed with them, whole meshes.</summary>
internal sealed class Stage(int rounds, int largest) : IAsyncDisposable
{
    private readonly Dictionary<int, FeedServer> feeds = [];
    private readonly Dictionary<int, FedGateway> gateways = [];

    /// <summary>How often each pair is measured.</summary>
    public int Rounds => rounds;

    /// <summary>How long one round of a load is.</summary>
    public TimeSpan RoundLength { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Commitments of the largest data set; of another one, at most so many.</summary>
    public int Size(int wanted) => Math.Min(wanted, largest);

    public async Task<FeedServer> Feed(int size) =>
        feeds.TryGetValue(size, out var known) ? known : feeds[size] = await FeedServer.Start(new DataSet(size));

    /// <summary>A gateway that holds a data set of so many commitments, and is at rest.</summary>
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

    /// <summary>A mesh of its own, whose callers are not limited: one caller stands for many here.</summary>
    public static async Task<MeshProcesses> Mesh()
    {
        var mesh = new MeshProcesses();
        foreach (var service in mesh.Services)
            ServiceAlone.Unlimited(service);
        await mesh.Start();
        return mesh;
    }

    /// <summary>Measures two things in turn, the first one first in every other round, so that neither always has the cooler machine.</summary>
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

    /// <summary>The same for what runs within this process.</summary>
    public Task<IReadOnlyList<(double Ours, double Theirs)>> Interleave(Func<double> ours, Func<double> theirs, int? count = null) =>
        Interleave(() => Task.FromResult(ours()), () => Task.FromResult(theirs()), count);

    /// <summary>How many milliseconds something takes.</summary>
    public static double Milliseconds(Action action)
    {
        var begin = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    /// <summary>How many milliseconds of processor time something takes in this process, on all threads: that depends less on what else runs.</summary>
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
