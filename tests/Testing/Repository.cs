namespace Mining.Testing;

/// <summary>The repository that contains the tests.</summary>
public static class Repository
{
    public static readonly string Root = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mining.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"The repository is not around {AppContext.BaseDirectory}.");
    }
}
