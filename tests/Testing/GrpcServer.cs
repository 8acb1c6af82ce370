using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mining.Testing;

/// <summary>A gRPC server inside a test: cleartext HTTP/2 on a loopback port, without logs, closed at once when stopped.</summary>
public static class GrpcServer
{
    /// <param name="port">Its port; 0: any free port.</param>
    /// <param name="services">Registers its dependencies.</param>
    /// <param name="map">Maps the services that it serves.</param>
    /// <param name="address">Its loopback address; default: 127.0.0.1.</param>
    public static async Task<WebApplication> Start(int port, Action<IServiceCollection> services, Action<WebApplication> map, IPAddress? address = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100)).AddGrpc();
        services(builder.Services);
        var server = builder.Build();
        map(server);
        await server.StartAsync();
        return server;
    }
}
