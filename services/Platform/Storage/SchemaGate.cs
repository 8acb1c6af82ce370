using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Mining.Platform.Storage;

/// <summary>
/// Blocks startup until the schema is ready. On a laptop the process migrates the schema itself. In production (<c>Mesh:Migrate</c> is
/// false) it waits for the <c>migrate</c> command and logs that.
/// </summary>
/// <param name="migrates">Whether the process migrates itself.</param>
public sealed class SchemaGate(Database database, bool migrates, TimeProvider time, ILogger<SchemaGate> log)
{
    /// <summary>How often the schema is checked.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often waiting is logged.</summary>
    public static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the schema is ready. A newer schema is fine too, because migrations only add.</summary>
    /// <exception cref="DatabaseUnusableException">The database is unusable, and waiting will not help.</exception>
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

    /// <summary>Why the schema is not ready, or null.</summary>
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
