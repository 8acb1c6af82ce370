using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Kills;

/// <summary>Kills processes of the mesh at moments determined by a seed, and restarts them.</summary>
internal sealed class Killer(MeshProcesses mesh, SidecarFaults faults, IReadOnlyList<Client> clients, int seed)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Random random = new(seed);
    private readonly Victim[] victims =
    [
        .. mesh.Services.Select(service => new Victim(service.Name, service.Kill, service.Launch, service.Start)),
        new("sidecar", mesh.Sidecar.Kill, mesh.Sidecar.Launch, mesh.Sidecar.Start),
    ];

    /// <summary>The number of kills per process.</summary>
    public SortedDictionary<string, int> Kills { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// One round: under load one process is killed, sometimes two at once; the load continues without them for a while; they are restarted,
    /// and sometimes killed again while starting.
    /// </summary>
    public async Task Round(int number)
    {
        await WaitForLoad(client => client.AcknowledgedCount, random.Next(1, 60));
        mesh.Sidecar.Faults = faults with { Seed = seed + number };
        random.Shuffle(victims);
        var chosen = victims[..(random.Next(4) == 0 ? 2 : 1)];
        await Kill(chosen);
        await WaitForLoad(client => client.AttemptCount, random.Next(0, 60));
        if (random.Next(4) == 0)
        {
            foreach (var victim in chosen)
                victim.Launch();
            await WaitForLoad(client => client.AttemptCount, random.Next(0, 200));
            await Kill(chosen);
        }

        await Task.WhenAll(chosen.Select(victim => victim.Start()));
    }

    private async Task Kill(Victim[] chosen)
    {
        foreach (var victim in chosen)
            Kills[victim.Name] = Kills.GetValueOrDefault(victim.Name) + 1;
        await Task.WhenAll(chosen.Select(victim => victim.Kill()));
    }

    private async Task WaitForLoad(Func<Client, int> count, int by)
    {
        var begin = clients.Sum(count);
        await Eventually.True(() => Task.FromResult(clients.Sum(count) >= begin + by), Timeout, () => $"the load has stalled\n{mesh.Tail}");
    }

    private sealed record Victim(string Name, Func<Task> Kill, Action Launch, Func<Task> Start);
}
