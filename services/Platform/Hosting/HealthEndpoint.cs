using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mining.Platform.Hosting;

/// <summary>
/// The gRPC health service on an address of its own (<c>Mesh:HealthListen</c>): who probes speaks no TLS and has no token, and is to
/// reach nothing else there.
/// </summary>
public static class HealthEndpoint
{
    /// <summary>
    /// The name under which a process answers as long as it lives. The whole ("") also asks its database and its sources, which no
    /// restart would mend.
    /// </summary>
    public const string Liveness = "liveness";

    private const string Path = "/grpc.health.v1.Health";

    /// <summary>The health service, as a whole and by <see cref="Liveness"/>.</summary>
    internal static void AddMeshHealth(this IServiceCollection services) =>
        services.AddGrpcHealthChecks(options => options.Services.Map(Liveness, check => check.Name == Liveness))
            .AddCheck(Liveness, () => HealthCheckResult.Healthy());

    /// <summary>Serves nothing but health on the health port.</summary>
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

    /// <summary>The address, if there is one.</summary>
    internal static string? AddressOf(IConfiguration configuration) =>
        configuration["Mesh:HealthListen"] is { Length: > 0 } address ? address : null;
}
