using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Changes.V1;
using Mining.Gateway.Follow;
using Mining.Platform.Storage;
using Mining.Sql.Tests.Recording;
using Mining.Testing;

namespace Mining.Sql.Tests.Scenarios;

/// <summary>Everything that the gateway does with its database.</summary>
internal static class GatewayScenario
{
    public static async Task Run(Func<Database, Database> wrap)
    {
        using var disk = TestStorage.Sqlite.Make("gateway");
        var real = disk.Open();
        var database = wrap(real);
        for (var life = 0; life < 3; life++)
        {
            // In a file, changes are written one by one.
            ((RecordingDatabase)database).IsTakenForFile = life == 2;
            var checkpoint = new Checkpoint(database, NullLogger<Checkpoint>.Instance);
            await checkpoint.Prepare(CancellationToken.None);
            await checkpoint.Read(_ => { }, CancellationToken.None);
            for (var version = 1; version <= 2; version++)
            {
                await checkpoint.Write(
                    [Change("projects/mine", "projects", version), Change("investors/bank", "investors", version)],
                    version == 2 ? ["refining"] : [],
                    [new("projects", "log", version), new("investors", "log", version)],
                    CancellationToken.None);
            }

            // The next start finds a checkpoint of another version.
            await real.Read(connection => connection.ExecuteAsync("UPDATE checkpoint_format SET format = 2"), CancellationToken.None);
        }
    }

    private static Change Change(string resource, string source, long version) => new() { Resource = resource, Source = source, Version = version, Sequence = version };
}
