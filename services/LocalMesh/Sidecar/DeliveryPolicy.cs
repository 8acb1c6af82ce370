using System.Net.Sockets;
using Grpc.Core;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Mining.LocalMesh.Sidecar;

/// <summary>What came of a delivery.</summary>
internal enum Verdict
{
    Success,
    Retry,
    Drop,

    /// <summary>The app has no such callback: as in Dapr, neither tried again nor sent to a dead-letter topic.</summary>
    Unimplemented,
}

/// <summary>How one delivery is tried: bounded attempts with growing, jittered pauses and a time-out for each.</summary>
internal sealed class DeliveryPolicy
{
    public DeliveryPolicy(Limits limits, TimeProvider time)
    {
        var random = new Random(1);
        Pipeline = new ResiliencePipelineBuilder<Verdict> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Verdict>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
                {
                    { Exception: TimeoutRejectedException } => true,
                    { Exception: RpcException error } => !IsCut(error) && error.StatusCode != StatusCode.Unimplemented,
                    { Exception: null, Result: Verdict.Retry } => true,
                    _ => false,
                }),
                MaxRetryAttempts = limits.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = limits.FirstRetry,
                MaxDelay = limits.LongestRetry,
                UseJitter = true,
                Randomizer = () =>
                {
                    lock (random)
                        return random.NextDouble();
                },
            })
            .AddTimeout(limits.DeliveryTimeout)
            .Build();
    }

    public ResiliencePipeline<Verdict> Pipeline { get; }

    /// <summary>The connection failed, not the app: nobody answered.</summary>
    public static bool IsCut(RpcException error) =>
        error.Status.DebugException is HttpRequestException or IOException or SocketException;
}
