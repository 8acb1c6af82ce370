using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mining.Platform.Commit;
using Mining.Platform.Relay;

namespace Mining.Platform.Hosting;

/// <summary>
/// Healthy if the log can be read. Degraded, but still serving, if changes are parked, because an operator must look at them. An
/// unavailable sidecar does not make a service unhealthy, because commands still work.
/// </summary>
public sealed class ChangeLogHealth(ChangeLog log, ParkedChanges parked) : IHealthCheck
{
    /// <summary>Name of the check.</summary>
    public const string Name = "change-log";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await log.Head(cancellationToken);
            return await parked.Count(cancellationToken) is var count and > 0
                ? HealthCheckResult.Degraded($"{count} changes are parked.")
                : HealthCheckResult.Healthy();
        }
        catch (DbException exception)
        {
            return HealthCheckResult.Unhealthy("The change log cannot be read.", exception);
        }
    }
}
