using Microsoft.Data.Sqlite;
using Mining.Platform.Storage;

namespace Mining.Simulation.Storage;

/// <summary>Damage to the gateway's checkpoint while the gateway is down.</summary>
internal static class CheckpointFile
{
    public static void Damage(SqliteDatabase database, string file, bool missing)
    {
        database.Discard();
        SqliteConnection.ClearPool(new SqliteConnection(Templates.ConnectionString(file)));
        if (!missing)
            File.WriteAllBytes(file, "This is no database, and long enough to be taken for the header of one by who looks at its length alone."u8.ToArray());
    }
}
