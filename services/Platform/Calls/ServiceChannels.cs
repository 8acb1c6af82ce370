using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using Mining.Platform.Authentication;
using Mining.Platform.Tracing;
using Mining.Primitives.Settings;

namespace Mining.Platform.Calls;

/// <summary>
/// gRPC channels to the other services, by name. Calls go in turn to the addresses that the name has in DNS, skipping those that cannot be
/// reached. The channel itself retries a unary call that ends with UNAVAILABLE, because a gRPC status is in the trailers, where an HTTP
/// handler does not see it.
/// </summary>
/// <param name="resolvers">Resolves names; registered as a service, as grpc-dotnet expects it.</param>
public sealed class ServiceChannels(IConfiguration configuration, ServiceToken token, TlsFiles tls, IServiceProvider resolvers) : IServiceCalls, IDisposable
{
    /// <summary>How often names are resolved again, so that a new replica gets calls.</summary>
    public static readonly TimeSpan ResolveInterval = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait before an unreachable replica is tried again.</summary>
    public static readonly TimeSpan MaxReconnectBackoff = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan MinReconnectBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, GrpcChannel> channels = new(StringComparer.Ordinal);

    /// <summary>The address of a service, from <c>Mesh:Services:{name}</c>.</summary>
    /// <exception cref="MisconfiguredException">The address is not configured.</exception>
    public string AddressOf(string service) => configuration[$"Mesh:Services:{service}"]
        ?? throw new MisconfiguredException($"The address of {service} is not configured: set Mesh__Services__{service}.");

    public CallInvoker To(string service) => ChannelTo(service).CreateCallInvoker();

    private GrpcChannel ChannelTo(string service) => channels.GetOrAdd(service, name =>
    {
        var address = new Uri(AddressOf(name));
        return GrpcChannel.ForAddress($"dns:///{address.Authority}", new GrpcChannelOptions
        {
            Credentials = address.Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            MaxReceiveMessageSize = 64 << 20,
            HttpHandler = new ServiceTokenHandler(token, tls.Apply(new SocketsHttpHandler
            {
                ConnectTimeout = ConnectTimeout,
                EnableMultipleHttp2Connections = true,
                InitialHttp2StreamWindowSize = FlowControl.StreamWindow,
                UseProxy = false,
                ActivityHeadersPropagator = new SpanPropagator(),
            })),
            DisposeHttpClient = true,
            ServiceProvider = resolvers,
            InitialReconnectBackoff = MinReconnectBackoff,
            MaxReconnectBackoff = MaxReconnectBackoff,
            ServiceConfig = new ServiceConfig
            {
                LoadBalancingConfigs = { new RoundRobinConfig() },
                MethodConfigs =
                {
                    new MethodConfig
                    {
                        Names = { MethodName.Default },
                        RetryPolicy = new RetryPolicy
                        {
                            // Together, the waits are longer than the reconnect back-off: a call made just after a restart succeeds.
                            MaxAttempts = 5,
                            InitialBackoff = TimeSpan.FromMilliseconds(50),
                            MaxBackoff = TimeSpan.FromSeconds(1),
                            BackoffMultiplier = 3,
                            RetryableStatusCodes = { StatusCode.Unavailable },
                        },
                    },
                },
            },
        });
    });

    public void Dispose()
    {
        foreach (var channel in channels.Values)
            channel.Dispose();
    }
}
