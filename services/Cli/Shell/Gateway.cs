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

/// <summary>Clients of every API of the mesh, all at the gateway's one address.</summary>
/// <param name="invoker">The connection to the gateway.</param>
internal sealed class Gateway(CallInvoker invoker)
{
    /// <summary>
    /// The most a single answer may have. A page has at most 1 000 records, and a dossier one project with all that is known of it.
    /// </summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>How long a single answer may take.</summary>
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

    /// <summary>Opens a connection; the first call makes it.</summary>
    /// <param name="address">Where the gateway is.</param>
    /// <param name="authenticated">Puts a token into every call that the given handler makes.</param>
    public static GrpcChannel Connect(Uri address, Func<HttpMessageHandler, HttpMessageHandler> authenticated) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = MaxAnswerBytes,
        DisposeHttpClient = true,
        HttpHandler = authenticated(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectDeadline,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = FlowControl.StreamWindow,
            // A stream that is silent for a while is told from a peer that is gone.
            KeepAlivePingDelay = PingInterval,
            KeepAlivePingTimeout = PingInterval,
        }),
    });

    /// <summary>
    /// The options of a call with one answer. The library measures deadlines by the system's clock, so no other one will do.
    /// </summary>
    public static CallOptions Unary(CancellationToken cancellation) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + CallDeadline, cancellationToken: cancellation);

    /// <summary>The options of a stream, which may last.</summary>
    public static CallOptions Stream(CancellationToken cancellation) => new(cancellationToken: cancellation);
}
