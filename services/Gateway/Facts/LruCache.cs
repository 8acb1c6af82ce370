namespace Mining.Gateway.Facts;

/// <summary>
/// The most recently computed values of immutable data. Readers share it without locks: if two race, a value is computed twice
/// with the same result.
/// </summary>
internal sealed class LruCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private (TKey Key, TValue Value)[] entries = [];

    public TValue GetOrAdd<TArgument>(TKey key, TArgument argument, Func<TArgument, TValue> compute)
    {
        foreach (ref readonly var entry in Volatile.Read(ref entries).AsSpan())
        {
            if (EqualityComparer<TKey>.Default.Equals(entry.Key, key))
                return entry.Value;
        }

        var value = compute(argument);
        Volatile.Write(ref entries, [(key, value), .. Volatile.Read(ref entries).Take(capacity - 1)]);
        return value;
    }
}
