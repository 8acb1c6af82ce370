using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mining.Testing;

/// <summary>A gRPC server inside a test: cleartext HTTP/2 on a loopback port, silent, and gone at once when it is stopped.</summary>
public static class GrpcServer
{
    /// <param name="port">Where it listens; 0: on a free port.</param>
    /// <param name="services">What it is made of.</param>
    /// <param name="map">Which services it serves.</param>
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
