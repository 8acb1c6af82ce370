using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Mining.LocalMesh.Sidecar;

/// <summary>
/// The connection to one app. Whenever it comes up, the app is asked for its subscriptions; while it is down,
/// the queues wait. Until the first answer every topic is kept, since the app may turn out to want it.
/// </summary>
internal sealed class AppLink(AppAddress address, Broker broker, DeliveryPolicy policy, SidecarOptions options, TimeProvider time, ILogger log, CancellationToken stopping)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (TopicDelivery Delivery, CancellationTokenSource Stop)> deliveries = [];
    private TaskCompletionSource reachable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CallInvoker? calls;
    private bool asked;

    public string Name => address.Name;

    public int Waiting
    {
        get
        {
            lock (gate)
                return deliveries.Values.Sum(entry => entry.Delivery.Waiting);
        }
    }

    /// <summary>Takes the message if the app wants the topic, or may want it.</summary>
    public void Offer(string topic, Message message)
    {
        TopicDelivery? delivery;
        lock (gate)
            delivery = deliveries.TryGetValue(topic, out var entry) ? entry.Delivery : asked ? null : Open(topic);
        delivery?.Add(message);
    }

    public Task WhenReachable()
    {
        lock (gate)
            return reachable.Task;
    }

    /// <summary>A delivery found the connection broken, which was up when <paramref name="when"/> was read.</summary>
    public void Lost(Task when)
    {
        lock (gate)
        {
            if (reachable.Task != when || !when.IsCompleted)
                return;
            reachable = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lost.TrySetResult();
        }
    }

    public async Task<Verdict> DeliverAsync(TopicEventRequest request, string traceParent, CancellationToken cancel)
    {
        var answer = await calls!.AsyncUnaryCall(DaprMethods.OnTopicEvent, null, Call(traceParent, cancel), request);
        return answer.Status switch
        {
            TopicEventResponse.Types.TopicEventResponseStatus.Success => Verdict.Success,
            TopicEventResponse.Types.TopicEventResponseStatus.Drop => Verdict.Drop,
            _ => Verdict.Retry,
        };
    }

    /// <summary>Keeps the app connected until the sidecar stops.</summary>
    public async Task RunAsync()
    {
        using var channel = OpenChannel();
        calls = channel.CreateCallInvoker();
        try
        {
            while (true)
            {
                await ConnectAsync(channel);
                if (await AskAsync() is not { } subscriptions)
                {
                    await Task.Delay(options.Limits.AskAgain, time, stopping);
                    continue;
                }

                Follow(subscriptions);
                await BreakAsync(channel);
                Lost(WhenReachable());
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    public void Describe(GetMetadataResponse response)
    {
        lock (gate)
        {
            response.ExtendedMetadata[Name] = reachable.Task.IsCompleted ? "reachable" : "away";
            foreach (var (topic, (delivery, _)) in deliveries)
            {
                response.ExtendedMetadata[$"{Name}/{topic}"] = delivery.Describe();
                if (delivery.Subscription is { } subscription)
                    response.Subscriptions.Add(new PubsubSubscription
                    {
                        PubsubName = subscription.PubsubName,
                        Topic = topic,
                        DeadLetterTopic = subscription.DeadLetterTopic,
                        Type = PubsubSubscriptionType.Programmatic,
                    });
            }
        }
    }

    private async Task ConnectAsync(GrpcChannel channel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var connecting = channel.ConnectAsync(stopping);
        if (await Task.WhenAny(connecting, Task.Delay(options.Limits.LongestReconnect * 2, time, done.Token)) != connecting)
            log.LogInformation("{App} is away: what it follows waits for it", Name);
        await connecting;
        await done.CancelAsync();
    }

    /// <summary>Until the connection breaks: the channel notices it when idle, a delivery when not.</summary>
    private async Task BreakAsync(GrpcChannel channel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(lost.Task, channel.WaitForStateChangedAsync(ConnectivityState.Ready, done.Token));
        await done.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private async Task<IReadOnlyList<TopicSubscription>?> AskAsync()
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            timeout.CancelAfter(options.Limits.DeliveryTimeout);
            return (await calls!.AsyncUnaryCall(DaprMethods.ListTopicSubscriptions, null, Call("", timeout.Token), new Empty())).Subscriptions;
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unimplemented)
        {
            return [];
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            stopping.ThrowIfCancellationRequested();
            log.LogWarning("{App} did not tell its subscriptions ({Reason}); asking again", Name, error.Message);
            return null;
        }
    }

    private void Follow(IReadOnlyList<TopicSubscription> answer)
    {
        var wanted = new Dictionary<string, TopicSubscription>();
        foreach (var subscription in answer)
            if (subscription.PubsubName != options.PubsubName)
                log.LogWarning("{App} subscribes to {Topic} of pubsub {Pubsub}, which is not here", Name, subscription.Topic, subscription.PubsubName);
            else if (subscription.Metadata.ContainsKey("rawPayload"))
                log.LogWarning("{App} subscribes to {Topic} with rawPayload, which the local sidecar does not do", Name, subscription.Topic);
            else
                wanted[subscription.Topic] = subscription;
        foreach (var topic in wanted.Values.Where(one => one.Routes?.Rules.Any(rule => !string.IsNullOrWhiteSpace(rule.Match)) == true).Select(one => one.Topic))
            log.LogWarning("{App} routes {Topic} by conditions, which the local sidecar does not evaluate; all go to the default route", Name, topic);

        lock (gate)
        {
            foreach (var topic in deliveries.Keys.Except(wanted.Keys).ToList())
            {
                deliveries[topic].Stop.Cancel();
                deliveries.Remove(topic);
            }

            foreach (var (topic, subscription) in wanted)
                (deliveries.TryGetValue(topic, out var entry) ? entry.Delivery : Open(topic)).Subscription = subscription;
            asked = true;
            lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            reachable.TrySetResult();
        }

        log.LogInformation("{App} is reachable and follows {Topics}", Name, wanted.Count == 0 ? "nothing" : string.Join(", ", wanted.Keys));
    }

    private TopicDelivery Open(string topic)
    {
        var delivery = new TopicDelivery(this, topic, broker, policy, options, time, log);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deliveries[topic] = (delivery, stop);
        _ = Task.Run(() => GuardAsync(topic, delivery, stop.Token), CancellationToken.None);
        return delivery;
    }

    private async Task GuardAsync(string topic, TopicDelivery delivery, CancellationToken stop)
    {
        try
        {
            await delivery.RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            log.LogCritical(error, "Deliveries of {Topic} to {App} ended by a defect of the sidecar", topic, Name);
        }
    }

    private GrpcChannel OpenChannel() => GrpcChannel.ForAddress(address.Address, new GrpcChannelOptions
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
        MaxReconnectBackoff = options.Limits.LongestReconnect,
        ThrowOperationCanceledOnCancellation = true,
    });

    private CallOptions Call(string traceParent, CancellationToken cancel)
    {
        var headers = new Metadata();
        if (options.AppApiToken.Length > 0)
            headers.Add(TokenCheck.Header, options.AppApiToken);
        if (traceParent.Length > 0)
            headers.Add("traceparent", traceParent);
        return new CallOptions(headers, cancellationToken: cancel);
    }
}
