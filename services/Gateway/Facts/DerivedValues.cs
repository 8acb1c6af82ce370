namespace Mining.Gateway.Facts;

/// <summary>
/// Values that are derived from an immutable object and discarded together with it. The object does not know them: each folder that derives a
/// value asks for it by its type. Readers need no lock.
/// </summary>
internal class DerivedValues
{
    private static int typeCount;

    private object?[] values = [];

    /// <summary>The value of this type. The first call creates it; callers that race get the same one.</summary>
    public T GetDerived<T>(Func<T> create)
        where T : class
    {
        var known = Volatile.Read(ref values);
        return TypeIndex<T>.Value < known.Length && known[TypeIndex<T>.Value] is { } value ? (T)value : Add(create());
    }

    private T Add<T>(T created)
        where T : class
    {
        while (true)
        {
            var known = Volatile.Read(ref values);
            if (TypeIndex<T>.Value < known.Length && known[TypeIndex<T>.Value] is { } value)
                return (T)value;
            var next = new object?[Math.Max(known.Length, TypeIndex<T>.Value + 1)];
            known.CopyTo(next, 0);
            next[TypeIndex<T>.Value] = created;
            Interlocked.CompareExchange(ref values, next, known);
        }
    }

    /// <summary>The place of a type among the values: looking at each value for its type would read memory that is rarely in the cache.</summary>
    private static class TypeIndex<T>
    {
        public static readonly int Value = Interlocked.Increment(ref typeCount) - 1;
    }
}
