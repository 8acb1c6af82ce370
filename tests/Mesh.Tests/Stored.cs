using System.Data.Common;
using Dapper;
using Mining.Platform.Commit;
using Mining.Testing;

namespace Mining.Mesh.Tests;

/// <summary>A service's database, accessed beside the service.</summary>
internal static class Stored
{
    /// <summary>A number; -1 if there is none.</summary>
    public static async Task<long> Number(ServiceProcess service, string sql)
    {
        await using var connection = await service.OpenDatabase().OpenToWrite(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long?>(sql) ?? -1;
    }

    /// <summary>Locks the log's head like another replica would, until disposed: the service's writer waits.</summary>
    public static async Task<IAsyncDisposable> Hold(ServiceProcess service)
    {
        var database = service.OpenDatabase();
        var connection = await database.OpenToWrite(CancellationToken.None);
        var transaction = await database.BeginWrite(connection, CancellationToken.None);
        await ChangeLog.Take(connection, transaction);
        return new Held(connection, transaction);
    }

    private sealed class Held(DbConnection connection, DbTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
