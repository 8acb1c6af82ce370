using Polly;

namespace Mining.Platform.Hosting;

/// <summary>How the loops of a service run something under a resilience pipeline.</summary>
internal static class Pipelines
{
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
