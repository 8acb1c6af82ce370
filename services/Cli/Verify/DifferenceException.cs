namespace Mining.Cli.Verify;

/// <summary>Something is not as it has to be: where, and what was found instead of what.</summary>
internal sealed class DifferenceException(string where, string what) : Exception($"{where}: {what}")
{
    public string Where { get; } = where;

    public string What { get; } = what;
}
