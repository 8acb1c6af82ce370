using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Storage;
using Mining.Simulation.Nodes;

namespace Mining.Simulation.Storage;

/// <summary>Empty databases with their schema, created once and copied for each history.</summary>
internal static class Templates
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Files = new(Make);

    /// <summary>A folder with a fresh database for each node.</summary>
    public static string Copy()
    {
        var folder = Directory.CreateTempSubdirectory("mining-simulation-").FullName;
        foreach (var (name, bytes) in Files.Value)
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        return folder;
    }

    public static void Delete(string folder)
    {
        foreach (var name in Files.Value.Keys)
            SqliteConnection.ClearPool(new SqliteConnection(ConnectionString(Path.Combine(folder, name))));
        Directory.Delete(folder, recursive: true);
    }

    public static string ConnectionString(string file) => $"Data Source={file}";

    private static Dictionary<string, byte[]> Make()
    {
        var folder = Directory.CreateTempSubdirectory("mining-simulation-").FullName;
        try
        {
            foreach (var (name, blueprint) in Blueprint.All)
                new SqliteDatabase(ConnectionString(Path.Combine(folder, name + ".db")), NullLogger<SqliteDatabase>.Instance).Migrate(blueprint.Migrations);
            // The last connection to close writes the write-ahead log back into the file.
            SqliteConnection.ClearAllPools();
            return Directory.GetFiles(folder, "*.db").ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
