using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mining.Platform.Errors;

namespace Mining.Platform.Hosting;

/// <summary>
/// Tells the sidecar whether to deliver. A service that cannot reach its database would answer RETRY until deliveries ended up in the
/// dead-letter topic, so the sidecar pauses deliveries instead. The gateway accepts deliveries as long as it runs.
/// </summary>
public sealed class AppHealthGrpcService(HealthCheckService health) : AppCallbackHealthCheck.AppCallbackHealthCheckBase
{
    public override async Task<HealthCheckResponse> HealthCheck(Empty request, ServerCallContext context)
    {
        var report = await health.CheckHealthAsync(check => check.Name == ChangeLogHealth.Name, context.CancellationToken);
        return report.Status == HealthStatus.Unhealthy
            ? throw new RefusedException(Refusal.Unavailable("STORAGE_UNAVAILABLE", "The database does not respond; deliver later."))
            : new HealthCheckResponse();
    }
}
