using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mining.Platform.Calls;

namespace Mining.Platform.Hosting;

/// <summary>Configures where a process listens, and its limits for connections.</summary>
internal static class Listeners
{
    /// <summary>Maximum number of open connections. Further connections wait.</summary>
    public const int MaxConnections = 5_000;

    /// <summary>Maximum number of open calls per connection.</summary>
    public const int MaxStreamsPerConnection = 100;

    /// <summary>Maximum total size of a call's headers in bytes, including its token.</summary>
    public const int MaxHeadersBytes = 32 << 10;

    /// <summary>Timeout for receiving a call's headers.</summary>
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Idle time after which a connection is pinged.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);

    /// <summary>Timeout for the ping's response. After it, the connection and all of its calls are closed.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    public static void Configure(KestrelServerOptions kestrel, IConfiguration configuration, HttpProtocols protocols)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = true; // see CleartextProtocols; also TLS may be terminated in front of this process
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null; // gRPC streams are unbounded; gRPC limits each message
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
