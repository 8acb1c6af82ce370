using System.Net.Sockets;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Mining.LocalMesh.Sidecar;

/// <summary>What came of a delivery.</summary>
internal enum DeliveryResult
{
    Success,
    Retry,
    Drop,

    /// <summary>The app has no such callback: as in Dapr, neither tried again nor sent to a dead-letter topic.</summary>
    Unimplemented,
}

/// <summary>Calls one app's callbacks over one HTTP/2 connection.</summary>
internal sealed class AppClient : IDisposable
{
    private readonly AppAddress app;
    private readonly SidecarOptions options;
    private GrpcChannel channel;
    private CallInvoker calls;

    public AppClient(AppAddress app, SidecarOptions options)
    {
        this.app = app;
        this.options = options;
        channel = OpenChannel();
        calls = channel.CreateCallInvoker();
    }

    /// <summary>The connection failed, not the app: nobody answered.</summary>
    public static bool IsCut(Exception? error) =>
        error is RpcException { Status.DebugException: HttpRequestException or IOException or SocketException };

    /// <summary>
    /// Tries until there is a connection. A channel that has met refused connections may stay without one although the app
    /// listens by now; so one that is not connected in time is made anew.
    /// </summary>
    public async Task ConnectAsync(CancellationToken cancel)
    {
        while (true)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(options.Limits.ConnectTimeout);
            try
            {
                await channel.ConnectAsync(timeout.Token);
                return;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                channel.Dispose();
                channel = OpenChannel();
                calls = channel.CreateCallInvoker();
            }
        }
    }

    /// <summary>Waits until the connection breaks, also while nothing is sent.</summary>
    public Task WhenBrokenAsync(CancellationToken cancel) => channel.WaitForStateChangedAsync(ConnectivityState.Ready, cancel);

    /// <summary>As Dapr does it: without the app's token.</summary>
    public async Task<IReadOnlyList<TopicSubscription>> ListSubscriptionsAsync(CancellationToken cancel) =>
        (await calls.AsyncUnaryCall(DaprMethods.ListTopicSubscriptions, null, new CallOptions(cancellationToken: cancel), new Empty()))
            .Subscriptions;

    /// <summary>Asks the app whether it can take deliveries now; fails when it cannot.</summary>
    public async Task CheckHealthAsync(CancellationToken cancel) =>
        await calls.AsyncUnaryCall(DaprMethods.HealthCheck, null, new CallOptions(cancellationToken: cancel), new Empty());

    public async Task<DeliveryResult> DeliverAsync(TopicEventRequest request, CancellationToken cancel)
    {
        var headers = new Metadata();
        if (options.AppApiToken.Length > 0)
            headers.Add(TokenCheck.Header, options.AppApiToken);
        var answer = await calls.AsyncUnaryCall(DaprMethods.OnTopicEvent, null, new CallOptions(headers, cancellationToken: cancel), request);
        return answer.Status switch
        {
            TopicEventResponse.Types.TopicEventResponseStatus.Success => DeliveryResult.Success,
            TopicEventResponse.Types.TopicEventResponseStatus.Drop => DeliveryResult.Drop,
            _ => DeliveryResult.Retry,
        };
    }

    public void Dispose() => channel.Dispose();

    private GrpcChannel OpenChannel() => GrpcChannel.ForAddress(app.Address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null, // the event's own trace goes with it, not one of the sidecar's
            ConnectTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        },
        DisposeHttpClient = true,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
        MaxReconnectBackoff = options.Limits.MaxReconnectBackoff,
        ThrowOperationCanceledOnCancellation = true,
    });
}
