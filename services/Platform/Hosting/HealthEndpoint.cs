using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mining.Platform.Hosting;

/// <summary>
/// The gRPC health service on an address of its own (<c>Mesh:HealthListen</c>). Probes carry no token and no TLS, so this port serves
/// health and nothing else.
/// </summary>
public static class HealthEndpoint
{
    /// <summary>
    /// Name of the liveness check, which only needs a running process. The overall check ("") also covers the database and the sources,
    /// which a restart would not fix.
    /// </summary>
    public const string Liveness = "liveness";

    private const string Path = "/grpc.health.v1.Health";

    /// <summary>Adds the health service with the overall check and <see cref="Liveness"/>.</summary>
    internal static void AddMeshHealth(this IServiceCollection services) =>
        services.AddGrpcHealthChecks(options => options.Services.Map(Liveness, check => check.Name == Liveness))
            .AddCheck(Liveness, () => HealthCheckResult.Healthy());

    /// <summary>Serves only health on the health port.</summary>
    internal static void UseHealthEndpoint(this WebApplication app)
    {
        if (AddressOf(app.Configuration) is not { } address)
            return;
        var port = new Uri(address).Port;
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            if (context.Connection.LocalPort != port || context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>The address; null if not configured.</summary>
    internal static string? AddressOf(IConfiguration configuration) =>
        configuration["Mesh:HealthListen"] is { Length: > 0 } address ? address : null;
}
