using Mining.Testing;

namespace Mining.Mesh.Tests;

/// <summary>What a service has in its database, read beside it.</summary>
internal static class Stored
{
    /// <summary>A number; -1 when there is none.</summary>
    public static long Number(ServiceProcess service, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(service.Folder, service.Name + ".db")};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? -1;
    }
}
