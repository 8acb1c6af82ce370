namespace Mining.Gateway.ReadModel;

/// <summary>The writer's resources of one type: the highest version of each, and the names changed since the last publication.</summary>
internal sealed class LatestVersions<T>
{
    private readonly Dictionary<string, (long Version, T Value)> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Changed => changed;

    public IEnumerable<T> Values => known.Values.Select(entry => entry.Value);

    public bool Put(string name, long version, T value)
    {
        if (known.TryGetValue(name, out var before) && before.Version >= version)
            return false;
        known[name] = (version, value);
        changed.Add(name);
        return true;
    }

    public bool IsChanged(string name) => changed.Contains(name);

    public Dictionary<string, T> ToDictionary() => known.ToDictionary(entry => entry.Key, entry => entry.Value.Value, StringComparer.Ordinal);

    public void ChangesArePublished() => changed.Clear();

    public void Clear()
    {
        changed.UnionWith(known.Keys);
        known.Clear();
    }
}
