using System.Threading.Channels;
using Grpc.Core;
using Polly.Timeout;

namespace Mining.LocalMesh.Sidecar;

/// <summary>Delivers one topic to one app: one message at a time, in order, each until it is settled.</summary>
internal sealed class TopicDelivery(
    AppLink app, string topic, Broker broker, DeliveryPolicy policy, SidecarOptions options, TimeProvider time, ILogger log)
{
    private readonly DeliveryQueue queue = new(app.Name, topic, options.Faults, options.Limits.QueueLength, time);
    private readonly Channel<bool> added = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private long dropped;

    /// <summary>What the app said of this topic; null while it has not been asked yet.</summary>
    public Subscription? Subscription { get; set; }

    public int Waiting
    {
        get
        {
            lock (queue)
                return queue.Count;
        }
    }

    public void Add(Message message)
    {
        long overflowed, before;
        lock (queue)
        {
            before = queue.Overflowed;
            queue.Add(message);
            overflowed = queue.Overflowed;
        }

        added.Writer.TryWrite(true);
        if (overflowed > before && Broker.IsWorthALine(overflowed))
            log.LogError("{App} has {Limit} messages of {Topic} waiting: the oldest go, {Count} so far",
                app.Name, options.Limits.QueueLength, topic, overflowed);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await app.WhenReachable().WaitAsync(stop);
            await SettleAsync(await NextAsync(stop), stop);
        }
    }

    private async ValueTask<Message> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            TimeSpan? wait;
            lock (queue)
            {
                if (queue.TryTake(out var message))
                    return message;
                wait = queue.Wait();
            }

            await WaitAsync(wait, stop);
        }
    }

    /// <summary>Until something is added, or <paramref name="wait"/> is over.</summary>
    private async ValueTask WaitAsync(TimeSpan? wait, CancellationToken stop)
    {
        using var due = wait is null ? null : new CancellationTokenSource(wait.Value, time);
        using var either = due is null ? null : CancellationTokenSource.CreateLinkedTokenSource(stop, due.Token);
        try
        {
            await added.Reader.ReadAsync(either?.Token ?? stop);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
        }
    }

    private async Task SettleAsync(Message message, CancellationToken stop)
    {
        var (result, reason) = await TryAsync(message, stop);
        if (result == DeliveryResult.Success)
            return;

        dropped++;
        var deadLetter = Subscription?.DeadLetterTopic ?? "";
        var goesOn = result != DeliveryResult.Unimplemented && deadLetter.Length > 0 && deadLetter != topic;
        if (Broker.IsWorthALine(dropped))
            log.LogWarning("{App} did not take {Id} of {Topic} ({Reason}): {Outcome}; {Count} so far",
                app.Name, message.Id, topic, reason, goesOn ? $"sent to {deadLetter}" : "dropped", dropped);
        if (goesOn)
            broker.Publish(deadLetter, message);
    }

    private async Task<(DeliveryResult DeliveryResult, string Reason)> TryAsync(Message message, CancellationToken stop)
    {
        var request = message.ToRequest(options.PubsubName, topic, Subscription?.Path ?? "");
        for (var cuts = 1; ; cuts++)
        {
            var reachable = app.WhenReachable();
            await reachable.WaitAsync(stop);
            try
            {
                var result = await policy.Pipeline.ExecuteAsync(
                    async cancel => await app.Client.DeliverAsync(request, cancel), stop);
                if (result == DeliveryResult.Retry && app.WhenReachable() != reachable)
                    continue; // it has become unhealthy, so that its answers count for nothing
                return (result, result == DeliveryResult.Drop ? "it answered DROP" : $"it answered RETRY {options.Limits.Attempts} times");
            }
            catch (RpcException error) when (AppClient.IsCut(error) && cuts < options.Limits.Cuts)
            {
                app.Lost(reachable);
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unimplemented)
            {
                return (DeliveryResult.Unimplemented, "it does not implement OnTopicEvent");
            }
            catch (RpcException error)
            {
                return (DeliveryResult.Retry, $"{error.StatusCode}: {error.Status.Detail}");
            }
            catch (TimeoutRejectedException)
            {
                return (DeliveryResult.Retry, $"no answer within {options.Limits.DeliveryTimeout.TotalSeconds:0.#} s");
            }
        }
    }
}
