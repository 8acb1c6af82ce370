using Polly;
using Polly.Retry;

namespace Mining.Platform.Hosting;

/// <summary>How the loops of a service run something under a resilience pipeline.</summary>
internal static class Pipelines
{
    /// <summary>
    /// Adds a retry whose jitter comes from the moment at which it is made: so replicas drift apart, and a simulation repeats itself.
    /// </summary>
    public static ResiliencePipelineBuilder AddJitteredRetry(this ResiliencePipelineBuilder builder, RetryStrategyOptions options, TimeProvider time)
    {
        options.Randomizer = new Random(unchecked((int)time.GetTimestamp())).NextDouble;
        return builder.AddRetry(options);
    }

    /// <summary>
    /// Runs under the pipeline and stays in the caller's synchronization context. A service has none; a simulation has one, and must
    /// not lose what waits in a pipeline to the thread pool.
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
