using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using Mining.Platform.Identity;

namespace Mining.Platform.Hosting;

/// <summary>
/// gRPC channels to the other services, by name. A unary call that ends with UNAVAILABLE is tried again by the channel
/// itself, for a gRPC status lies in the trailers, where an HTTP handler cannot see it.
/// </summary>
public sealed class ServiceChannels(IConfiguration configuration, ServiceToken token, TlsFiles tls) : IServiceCalls, IDisposable
{
    private const int StreamWindow = 1 << 20;

    private readonly ConcurrentDictionary<string, GrpcChannel> channels = new(StringComparer.Ordinal);

    /// <summary>The address of a service, from <c>Mesh:Services:{name}</c>.</summary>
    /// <exception cref="MisconfiguredException">It is not configured.</exception>
    public string AddressOf(string service) => configuration[$"Mesh:Services:{service}"]
        ?? throw new MisconfiguredException($"The address of {service} is not configured: set Mesh__Services__{service}.");

    public CallInvoker To(string service) => ChannelTo(service).CreateCallInvoker();

    private GrpcChannel ChannelTo(string service) => channels.GetOrAdd(service, name => GrpcChannel.ForAddress(AddressOf(name), new GrpcChannelOptions
    {
        MaxReceiveMessageSize = 64 << 20,
        // Given a client, the channel connects when a call needs it. Given none, it would reconnect in the background, ever more
        // slowly while a service is away, and a service that is back would be refused for up to two minutes.
        HttpClient = new HttpClient(new ServiceTokenHandler(token, BalancedConnections.BySystem.Apply(tls.Apply(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            // An answer of a feed is up to 1 MiB: with HTTP/2's own 64 KiB its service would stop sixteen times in each, and wait to be asked.
            InitialHttp2StreamWindowSize = StreamWindow,
            UseProxy = false,
            ActivityHeadersPropagator = new SpanPropagator(),
        })))),
        DisposeHttpClient = true,
        ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 3,
                        InitialBackoff = TimeSpan.FromMilliseconds(50),
                        MaxBackoff = TimeSpan.FromSeconds(1),
                        BackoffMultiplier = 3,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        },
    }));

    public void Dispose()
    {
        foreach (var channel in channels.Values)
            channel.Dispose();
    }
}
