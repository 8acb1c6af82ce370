namespace Mining.LocalMesh.Run;

/// <summary>Programs of others that run beside the mesh, found where their own installers put them.</summary>
public static class InstalledPrograms
{
    /// <summary>What to do when there is no daprd.</summary>
    public const string HowToGetDaprd =
        "daprd (Dapr's sidecar) is missing. Install the Dapr CLI and run `dapr init --slim`, put daprd on PATH, or set DAPRD to its path.";

    /// <summary>What to do when there is no Redis.</summary>
    public const string HowToGetRedis =
        "redis-server is missing on PATH. Install Redis, for example with `apt-get install redis-server` or `brew install redis`.";

    /// <summary>Dapr's sidecar: the one that <c>DAPRD</c> names, the one on PATH, or the one that <c>dapr init</c> has installed.</summary>
    /// <returns>Its path; null: there is none.</returns>
    public static string? FindDaprd()
    {
        if (Environment.GetEnvironmentVariable("DAPRD") is { Length: > 0 } named)
            return File.Exists(named) ? Path.GetFullPath(named) : null;
        return FindOnPath("daprd") ?? In(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dapr", "bin"), "daprd");
    }

    /// <summary>The first program of that name on PATH.</summary>
    /// <returns>Its path; null: there is none.</returns>
    public static string? FindOnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => In(folder, name))
        .FirstOrDefault(path => path is not null);

    private static string? In(string folder, string name) =>
        ((string[])[name, name + ".exe"]).Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
