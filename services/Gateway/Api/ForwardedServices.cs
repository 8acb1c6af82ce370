using System.Net;
using Google.Protobuf;
using Mining.Platform.Calls;
using Mining.Platform.Errors;
using Mining.Platform.Tracing;
using Mining.Primitives.Settings;
using Yarp.ReverseProxy.Forwarder;

namespace Mining.Gateway.Api;

/// <summary>
/// The gRPC APIs of the three services at the gateway's address: calls go through as they are. One that cannot reach its
/// service ends with UNAVAILABLE and says which.
/// </summary>
public static class ForwardedServices
{
    /// <summary>Which service answers for which API.</summary>
    private static readonly (string Service, string Api)[] Routes =
    [
        ("projects", Projects.V1.ProjectService.Descriptor.FullName),
        ("investors", Investors.V1.InvestorService.Descriptor.FullName),
        ("refining", Refining.V1.RefiningService.Descriptor.FullName),
    ];

    public static void MapForwardedServices(this WebApplication app)
    {
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var channels = app.Services.GetRequiredService<ServiceChannels>();
        var client = new HttpMessageInvoker(BalancedConnections.BySystem.Apply(app.Services.GetRequiredService<TlsFiles>().Apply(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = FlowControl.StreamWindow,
            ActivityHeadersPropagator = new ReverseProxyPropagator(new SpanPropagator()),
            ConnectTimeout = TimeSpan.FromSeconds(3),
        })));
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

    /// <summary>A gRPC answer without a body: its status is in the headers.</summary>
    private static void Refuse(HttpContext context, string service)
    {
        var refusal = Refusal.Unavailable("SERVICE_UNREACHABLE", $"The {service} service cannot be reached; call again.");
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)refusal.Code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = refusal.Message;
        context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(refusal.ToStatus().ToByteArray()).TrimEnd('=');
    }
}
