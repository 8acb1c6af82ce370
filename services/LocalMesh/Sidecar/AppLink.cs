using Grpc.Core;

namespace Mining.LocalMesh.Sidecar;

/// <summary>
/// The connection to one app. As Dapr does it, the app is asked for its subscriptions once; while it is away, or says that it is
/// unhealthy, the queues wait. Until it has answered every topic is kept, since the app may turn out to want it.
/// </summary>
internal sealed class AppLink(
    AppAddress address, Broker broker, DeliveryPolicy policy, SidecarOptions options, TimeProvider time, ILogger log, CancellationToken stopping)
    : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (TopicDelivery Delivery, CancellationTokenSource Stop)> deliveries = [];
    private TaskCompletionSource reachable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool asked;
    private long refusals;

    public string Name => address.Name;

    public AppClient Client { get; } = new(address, options);

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

    /// <summary>Keeps the app connected until the sidecar stops.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await ConnectAsync();
                if (!await IsHealthyAsync() || (!asked && !await AskAsync()))
                {
                    await Task.Delay(options.Limits.AskAgain, time, stopping);
                    continue;
                }

                Deliver();
                await UntilLostAsync();
                Lost(WhenReachable());
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    public void Dispose() => Client.Dispose();

    private async Task ConnectAsync()
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var connecting = Client.ConnectAsync(stopping);
        if (await Task.WhenAny(connecting, Task.Delay(options.Limits.MaxReconnectBackoff * 2, time, done.Token)) != connecting)
            log.LogInformation("{App} is away: what it follows waits for it", Name);
        await connecting;
        await done.CancelAsync();
    }

    /// <summary>Until the connection breaks, which the channel notices when idle and a delivery when not, or the app is unhealthy.</summary>
    private async Task UntilLostAsync()
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(lost.Task, Client.WhenBrokenAsync(done.Token), UntilUnhealthyAsync(done.Token));
        await done.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private async Task UntilUnhealthyAsync(CancellationToken cancel)
    {
        do
            await Task.Delay(options.Limits.HealthInterval, time, cancel);
        while (await IsHealthyAsync());
        log.LogInformation("{App} is unhealthy: what it follows waits for it", Name);
    }

    private async Task<bool> IsHealthyAsync()
    {
        using var timeout = new CancellationTokenSource(options.Limits.AskTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        try
        {
            await Client.CheckHealthAsync(either.Token);
            return true;
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            stopping.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>Asks for the subscriptions; false: ask again.</summary>
    private async Task<bool> AskAsync()
    {
        using var timeout = new CancellationTokenSource(options.Limits.AskTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        try
        {
            var answer = await Client.ListSubscriptionsAsync(either.Token);
            Follow(Subscription.Read(answer, options.PubsubName, what => log.LogWarning("{App} subscribes to {What}", Name, what)));
            return true;
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unimplemented)
        {
            Follow([]);
            return true;
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            stopping.ThrowIfCancellationRequested();
            refusals++;
            if (Broker.IsWorthALine(refusals) && (refusals > 1 || !AppClient.IsCut(error))) // once may be a restart caught in the middle
                log.LogWarning("{App} does not tell its subscriptions ({Reason}); asked {Count} times",
                    Name, (error as RpcException)?.Status.DebugException?.GetBaseException().Message ?? error.Message, refusals);
            return false;
        }
    }

    private void Follow(Dictionary<string, Subscription> wanted)
    {
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
        }

        log.LogInformation("{App} follows {Topics}", Name, wanted.Count == 0 ? "nothing" : string.Join(", ", wanted.Keys));
    }

    private void Deliver()
    {
        lock (gate)
        {
            lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            reachable.TrySetResult();
        }

        log.LogInformation("{App} is reachable", Name);
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
        catch (Exception) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            log.LogCritical(error, "Deliveries of {Topic} to {App} ended by a defect of the sidecar", topic, Name);
        }
    }
}
