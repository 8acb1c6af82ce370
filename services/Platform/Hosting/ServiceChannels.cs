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
    /// <summary>
    /// How many bytes of an answer a client takes before the server waits to be asked for more. HTTP/2's own 64 KiB would have a service stop
    /// sixteen times in an answer of a feed. And with them a client asks for more while the answer ends: Kestrel then loses the answer to
    /// the next call on that connection, once in thousands (dotnet/aspnetcore#53736), and who has no deadline waits for ever.
    /// </summary>
    public const int StreamWindow = 1 << 20;

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
