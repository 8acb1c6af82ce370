using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mining.Gateway.Follow;

namespace Mining.Gateway.Api;

/// <summary>
/// Healthy once the data of every service has been read, from its feed or the checkpoint. The gateway stays healthy when a service is
/// unavailable later: it still answers, and states how stale the data is.
/// </summary>
public sealed class ReadModelHealth(PortfolioFollower follower) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(follower.HasData
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The data of some services has not been read yet."));
}
