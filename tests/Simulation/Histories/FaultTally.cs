namespace Mining.Simulation.Histories;

/// <summary>The number of faults of each kind that actually happened.</summary>
internal sealed class FaultTally
{
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => counts;

    public bool Any => counts.Count > 0;

    public void Count(string kind, long by = 1) => counts[kind] = counts.GetValueOrDefault(kind) + by;

    public void Add(FaultTally other)
    {
        foreach (var (kind, count) in other.counts)
            Count(kind, count);
    }
}
