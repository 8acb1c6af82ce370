using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Mining.Platform.Storage;

/// <summary>
/// What stands between a process and its work until the schema is there. On a laptop the process brings it up to date itself; in
/// production (<c>Mesh:Migrate</c> is false) it waits until the <c>migrate</c> command has, and says so.
/// </summary>
/// <param name="migrates">Whether the process migrates itself.</param>
public sealed class SchemaGate(Database database, bool migrates, TimeProvider time, ILogger<SchemaGate> log)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often it says that it still waits.</summary>
    public static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the schema is there. A schema that is newer than this version is there too: scripts only add.</summary>
    /// <exception cref="DatabaseUnusableException">The database cannot be used, and waiting will not change that.</exception>
    public async Task Pass(Assembly service, CancellationToken cancellation)
    {
        if (migrates)
        {
            database.Migrate(service);
            return;
        }

        long? said = null;
        while (Missing(service) is { } reason)
        {
            if (said is not { } at || time.GetElapsedTime(at) >= ReminderInterval)
            {
                log.LogWarning("Waiting for the schema: {Reason}", reason);
                said = time.GetTimestamp();
            }

            await Task.Delay(PollInterval, time, cancellation);
        }

        if (said is not null)
            log.LogInformation("The schema is ready");
    }

    /// <summary>Why it is not there yet, or null.</summary>
    private string? Missing(Assembly service)
    {
        try
        {
            var pending = database.Pending(service);
            return pending.Count == 0
                ? null
                : $"{pending.Count} {(pending.Count == 1 ? "migration has" : "migrations have")} not been run, the first is {pending[0].Name}; run the service's migrate command, because Mesh__Migrate keeps the service from running them";
        }
        catch (DbException exception) when (database.IsTransient(exception))
        {
            return $"the database does not respond ({exception.Message})";
        }
        catch (DbException exception)
        {
            throw new DatabaseUnusableException($"The database cannot be used ({exception.Message}). {database.OperatorHint(exception)}".TrimEnd(), exception);
        }
    }
}
