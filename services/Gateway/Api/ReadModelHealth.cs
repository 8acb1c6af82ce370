using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mining.Gateway.Follow;

namespace Mining.Gateway.Api;

/// <summary>
/// Healthy once every service's data has been read, from its feed or the checkpoint. A service that is away later does not
/// make the gateway unhealthy: it answers, and says how stale that is.
/// </summary>
public sealed class ReadModelHealth(PortfolioFollower follower) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(follower.HasData
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("Not every service's data has been read yet."));
}
