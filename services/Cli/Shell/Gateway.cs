using Grpc.Core;
using Grpc.Net.Client;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Settings;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Refining.V1;

namespace Mining.Cli.Shell;

/// <summary>Clients of all APIs of the mesh. All of them call the gateway.</summary>
/// <param name="invoker">The connection to the gateway.</param>
internal sealed class Gateway(CallInvoker invoker)
{
    /// <summary>Maximum size of a response. A page has at most 1 000 records; a dossier has everything known about one project.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>The deadline of a unary call.</summary>
    public static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(20);

    /// <summary>The connection itself.</summary>
    public CallInvoker Invoker { get; } = invoker;

    public PortfolioService.PortfolioServiceClient Portfolio { get; } = new(invoker);

    public ProjectService.ProjectServiceClient Projects { get; } = new(invoker);

    public InvestorService.InvestorServiceClient Investors { get; } = new(invoker);

    public RefiningService.RefiningServiceClient Refining { get; } = new(invoker);

    public ProposalService.ProposalServiceClient Proposals { get; } = new(invoker);

    public ChangeFeedService.ChangeFeedServiceClient Changes { get; } = new(invoker);

    public AuditService.AuditServiceClient Audit { get; } = new(invoker);

    /// <summary>Creates a channel. It connects on the first call.</summary>
    /// <param name="address">The address of the gateway.</param>
    /// <param name="authenticated">Wraps the given handler in one that adds a token to every call.</param>
    public static GrpcChannel Connect(Uri address, Func<HttpMessageHandler, HttpMessageHandler> authenticated) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = MaxAnswerBytes,
        DisposeHttpClient = true,
        HttpHandler = authenticated(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectDeadline,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = FlowControl.StreamWindow,
            // Pings detect a lost peer: without them, a silent stream and a dead one look alike.
            KeepAlivePingDelay = PingInterval,
            KeepAlivePingTimeout = PingInterval,
        }),
    });

    /// <summary>Options of a unary call. gRPC measures deadlines by the system clock, so an injected clock would not work here.</summary>
    public static CallOptions Unary(CancellationToken cancellation) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + CallDeadline, cancellationToken: cancellation);

    /// <summary>Options of a streaming call, which has no deadline.</summary>
    public static CallOptions Stream(CancellationToken cancellation) => new(cancellationToken: cancellation);
}
