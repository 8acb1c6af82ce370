using System.Net;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mining.LocalMesh.Sidecar;

/// <summary>The sidecar as a web application: gRPC on one loopback port, health on another.</summary>
internal static class SidecarServer
{
    public const string LogName = "sidecar";

    public static WebApplication Build(SidecarOptions options, TimeProvider? time = null, Action<ILoggingBuilder>? logging = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Mining.LocalMesh" });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None).AddFilter("Grpc", LogLevel.Error);
        (logging ?? (to => to.AddSimpleConsole(console => console.SingleLine = true)))(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services
            .AddSingleton(options)
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<TokenCheck>()
            .AddSingleton<IServiceMethodProvider<DaprApi>, DaprApiMethods>()
            .AddSingleton<Broker>()
            .AddHostedService(services => services.GetRequiredService<Broker>())
            .Configure<HostOptions>(host => host.ShutdownTimeout = options.Limits.Shutdown)
            .AddGrpc(grpc => grpc.Interceptors.Add<TokenCheck>());

        var app = builder.Build();
        app.MapGrpcService<DaprApi>();
        app.MapGet("/v1.0/healthz", () => Results.NoContent());
        return app;
    }
}
