namespace Mining.Cli.Verify;

/// <summary>A difference between the mesh and what was recomputed: where it is, and the actual and expected values.</summary>
internal sealed class DifferenceException(string where, string what) : Exception($"{where}: {what}")
{
    public string Where { get; } = where;

    public string What { get; } = what;
}
