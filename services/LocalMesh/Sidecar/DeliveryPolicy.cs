using Grpc.Core;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Mining.LocalMesh.Sidecar;

/// <summary>How one delivery is tried: bounded attempts with growing, jittered pauses and a time-out for each.</summary>
internal sealed class DeliveryPolicy
{
    public DeliveryPolicy(Limits limits, TimeProvider time)
    {
        var random = new Random(1);
        Pipeline = new ResiliencePipelineBuilder<DeliveryResult> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<DeliveryResult>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
                {
                    { Exception: TimeoutRejectedException } => true,
                    { Exception: RpcException error } => !AppClient.IsCut(error) && error.StatusCode != StatusCode.Unimplemented,
                    { Exception: null, Result: DeliveryResult.Retry } => true,
                    _ => false,
                }),
                MaxRetryAttempts = limits.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = limits.FirstRetry,
                MaxDelay = limits.MaxRetryDelay,
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

    public ResiliencePipeline<DeliveryResult> Pipeline { get; }
}
