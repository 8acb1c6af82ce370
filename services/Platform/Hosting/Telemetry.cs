using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Mining.Platform.Tracing;
using Mining.Primitives.Settings;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mining.Platform.Hosting;

/// <summary>
/// Exports traces, metrics and logs over OTLP, configured by OpenTelemetry's own <c>OTEL_*</c> settings. Disabled without
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder, ServiceIdentity service)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                service.Name, "mining", typeof(Telemetry).Assembly.GetName().Version?.ToString(3), serviceInstanceId: service.Replica))
            .WithTracing(tracing => tracing
                .AddSource(MeshTracing.SourceName)
                // Deliveries have their own span in the trace of the change; heartbeats and probes would be noise.
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsOfMesh(context.Request.Path.Value ?? "")))
            .WithMetrics(metrics => metrics
                .AddMeter("Mining.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"))
            .WithLogging(_ => { }, options => options.IncludeFormattedMessage = true)
            .UseOtlpExporter();
    }

    private static bool IsOfMesh(string path) =>
        path.StartsWith("/dapr.", StringComparison.Ordinal) || path.StartsWith("/grpc.health.", StringComparison.Ordinal);
}
