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
/// gRPC channels to the other services, by name. The channel itself retries a unary call that ends with UNAVAILABLE, because a gRPC status
/// is in the trailers, where an HTTP handler does not see it.
/// </summary>
public sealed class ServiceChannels(IConfiguration configuration, ServiceToken token, TlsFiles tls) : IServiceCalls, IDisposable
{
    private readonly ConcurrentDictionary<string, GrpcChannel> channels = new(StringComparer.Ordinal);

    /// <summary>The address of a service, from <c>Mesh:Services:{name}</c>.</summary>
    /// <exception cref="MisconfiguredException">The address is not configured.</exception>
    public string AddressOf(string service) => configuration[$"Mesh:Services:{service}"]
        ?? throw new MisconfiguredException($"The address of {service} is not configured: set Mesh__Services__{service}.");

    public CallInvoker To(string service) => ChannelTo(service).CreateCallInvoker();

    private GrpcChannel ChannelTo(string service) => channels.GetOrAdd(service, name => GrpcChannel.ForAddress(AddressOf(name), new GrpcChannelOptions
    {
        MaxReceiveMessageSize = 64 << 20,
        // With an HttpClient, the channel connects when a call needs it. With its own handler it would reconnect in the background with
        // growing back-off, and calls would fail for up to two minutes after a service is back.
        HttpClient = new HttpClient(new ServiceTokenHandler(token, BalancedConnections.BySystem.Apply(tls.Apply(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = FlowControl.StreamWindow,
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
