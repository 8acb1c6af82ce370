using System.Collections.Concurrent;
using Mining.Testing;

namespace Mining.Mesh.Tests.Hostile;

/// <summary>The peak memory of each process of a mesh since the watch began.</summary>
internal sealed class MemoryWatch
{
    private const int CallsPerMeasurement = 250;

    private readonly IReadOnlyList<ServiceProcess> services;
    private readonly Dictionary<string, long> before;
    private readonly ConcurrentDictionary<string, long> peak = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int callCount;

    public MemoryWatch(IReadOnlyList<ServiceProcess> services)
    {
        this.services = services;
        before = services.ToDictionary(service => service.Name, service => service.Process.WorkingSetBytes);
    }

    /// <summary>Each process with its initial and its peak memory.</summary>
    public IEnumerable<(string Name, long BeforeBytes, long PeakBytes)> Figures =>
        services.Select(service => (service.Name, before[service.Name], peak.GetValueOrDefault(service.Name)));

    /// <summary>Counts a call, and measures now and then.</summary>
    public void Count()
    {
        if (Interlocked.Increment(ref callCount) % CallsPerMeasurement == 0)
            Look();
    }

    public void Look()
    {
        lock (gate)
        {
            foreach (var service in services)
                peak.AddOrUpdate(service.Name, service.Process.WorkingSetBytes, (_, most) => Math.Max(most, service.Process.WorkingSetBytes));
        }
    }

    public override string ToString() =>
        string.Join(", ", Figures.Select(figure => $"{figure.Name} {figure.BeforeBytes >> 20} to {figure.PeakBytes >> 20} MiB"));
}
