using Polly;
using Polly.Retry;

namespace Mining.Platform.Resilience;

/// <summary>Helpers to run work in a resilience pipeline.</summary>
internal static class Pipelines
{
    /// <summary>
    /// Adds a retry whose jitter is seeded from the creation time, so that replicas drift apart and a simulation is repeatable.
    /// </summary>
    public static ResiliencePipelineBuilder AddJitteredRetry(this ResiliencePipelineBuilder builder, RetryStrategyOptions options, TimeProvider time)
    {
        options.Randomizer = new Random(unchecked((int)time.GetTimestamp())).NextDouble;
        return builder.AddRetry(options);
    }

    /// <summary>
    /// Runs in the pipeline and stays in the caller's synchronization context. A service has none, but a simulation has one, and
    /// continuations must not escape from it to the thread pool.
    /// </summary>
    public static async Task<T> Run<T>(this ResiliencePipeline pipeline, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        try
        {
            return await pipeline.ExecuteAsync(async inner => await work(inner.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
