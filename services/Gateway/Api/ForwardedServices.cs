using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Mining.Platform.Calls;
using Mining.Platform.Errors;
using Mining.Platform.Tracing;
using Mining.Primitives.Settings;
using Yarp.ReverseProxy.Forwarder;

namespace Mining.Gateway.Api;

/// <summary>
/// The gRPC APIs of the three services at the gateway's address. Calls are forwarded unchanged. If the service is unreachable, the
/// call fails with UNAVAILABLE and names the service.
/// </summary>
public static class ForwardedServices
{
    /// <summary>The service that implements each API.</summary>
    private static readonly (string Service, string Api)[] Routes =
    [
        ("projects", Projects.V1.ProjectService.Descriptor.FullName),
        ("investors", Investors.V1.InvestorService.Descriptor.FullName),
        ("refining", Refining.V1.RefiningService.Descriptor.FullName),
    ];

    private static int turn;

    public static void MapForwardedServices(this WebApplication app)
    {
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var channels = app.Services.GetRequiredService<ServiceChannels>();
        var client = new HttpMessageInvoker(app.Services.GetRequiredService<TlsFiles>().Apply(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = FlowControl.StreamWindow,
            ActivityHeadersPropagator = new ReverseProxyPropagator(new SpanPropagator()),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = ServiceChannels.ResolveInterval,
            ConnectCallback = async (context, cancellation) => await ConnectInTurn(
                await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation), context.DnsEndPoint.Port, cancellation),
        }));
        var request = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = TimeSpan.FromMinutes(5),
        };
        foreach (var (service, api) in Routes)
        {
            var address = channels.AddressOf(service);
            app.Map($"/{api}/{{method}}", async (HttpContext context) =>
            {
                var error = await forwarder.SendAsync(context, address, client, request);
                if (error != ForwarderError.None && !context.Response.HasStarted)
                    Refuse(context, service);
            });
        }
    }

    /// <summary>
    /// Connects to the addresses of a name in turn, and passes over those that cannot be reached. The resolver sorts them the same way each
    /// time; without this all replicas of the gateway would forward to the same replica of a service.
    /// </summary>
    internal static async ValueTask<NetworkStream> ConnectInTurn(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        var first = (int)((uint)Interlocked.Increment(ref turn) % (uint)Math.Max(addresses.Length, 1));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses[first..], .. addresses[..first]], port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A gRPC answer without a body: its status is in the headers.</summary>
    private static void Refuse(HttpContext context, string service)
    {
        var refusal = Refusal.Unavailable("SERVICE_UNREACHABLE", $"The {service} service is unreachable; retry.");
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)refusal.Code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = refusal.Message;
        context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(refusal.ToStatus().ToByteArray()).TrimEnd('=');
    }
}
