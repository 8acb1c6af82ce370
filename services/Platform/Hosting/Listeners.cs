using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mining.Platform.Hosting;

/// <summary>Where a process listens, and what it puts up with from whoever connects.</summary>
internal static class Listeners
{
    /// <summary>How many connections a process takes at a time; one more waits for one that ends.</summary>
    public const int MaxConnections = 5_000;

    /// <summary>How many calls one connection may have open.</summary>
    public const int MaxStreamsPerConnection = 100;

    /// <summary>How many bytes the headers of a call may have in all, its token among them.</summary>
    public const int MaxHeadersBytes = 32 << 10;

    /// <summary>How long the headers of a call may take to arrive.</summary>
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>After this long a silent connection is asked whether its client still lives.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long the client has to say so; otherwise the connection is closed with everything that runs on it.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    public static void Configure(KestrelServerOptions kestrel, IConfiguration configuration, HttpProtocols protocols)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = true; // see CleartextProtocols, and TLS may end before this process
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null; // gRPC streams have no end; messages are bounded by gRPC itself
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxRequestHeadersTotalSize = MaxHeadersBytes;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        limits.Http2.KeepAlivePingDelay = PingInterval;
        limits.Http2.KeepAlivePingTimeout = PingTimeout;

        Listen(kestrel, MeshSettings.Listen(configuration), protocols);
        if (configuration["Mesh:DeliveryListen"] is { Length: > 0 } deliveries)
            Listen(kestrel, deliveries, HttpProtocols.Http2);
        if (HealthEndpoint.AddressOf(configuration) is { } health)
            Listen(kestrel, health, HttpProtocols.Http2);
    }

    private static void Listen(KestrelServerOptions kestrel, string address, HttpProtocols protocols)
    {
        var uri = new Uri(address);
        if (uri.Host == "localhost")
            kestrel.ListenLocalhost(uri.Port, Configure);
        else if (IPAddress.TryParse(uri.Host, out var ip))
            kestrel.Listen(ip, uri.Port, Configure);
        else
            kestrel.ListenAnyIP(uri.Port, Configure);

        void Configure(ListenOptions options)
        {
            if (uri.Scheme == Uri.UriSchemeHttps)
            {
                options.Protocols = protocols;
                options.UseHttps(kestrel.ApplicationServices.GetRequiredService<TlsFiles>().Apply);
            }
            else
            {
                options.UseProtocols(protocols);
            }
        }
    }
}
