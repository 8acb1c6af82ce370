namespace Mining.Gateway.Facts;

/// <summary>
/// Values that are derived from an immutable object and discarded together with it. The object does not know them: each folder that derives a
/// value asks for it by its type. Readers need no lock.
/// </summary>
internal sealed class DerivedValues
{
    private object[] values = [];

    /// <summary>The value of this type. The first call creates it; callers that race get the same one.</summary>
    public T Get<T>(Func<T> create)
        where T : class
    {
        while (true)
        {
            var known = Volatile.Read(ref values);
            foreach (var value in known)
            {
                if (value is T found)
                    return found;
            }

            Interlocked.CompareExchange(ref values, [.. known, create()], known);
        }
    }
}
