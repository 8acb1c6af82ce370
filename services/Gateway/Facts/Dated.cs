namespace Mining.Gateway.Facts;

/// <summary>A value that is valid from a day until the next entry of its history.</summary>
internal readonly record struct Dated<T>(int From, T Value);

internal static class History
{
    /// <summary>Finds the value on a day: the last one that starts on or before it. False before the first.</summary>
    public static bool TryAt<T>(this ReadOnlySpan<Dated<T>> history, int day, out T value)
    {
        for (var i = history.Length - 1; i >= 0; i--)
        {
            if (history[i].From <= day)
            {
                value = history[i].Value;
                return true;
            }
        }

        value = default!;
        return false;
    }

    public static bool TryAt<T>(this Dated<T>[] history, int day, out T value) => TryAt((ReadOnlySpan<Dated<T>>)history, day, out value);
}
