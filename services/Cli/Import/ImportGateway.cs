using Grpc.Core;
using Mining.Cli.Shell;
using Polly;
using Polly.Retry;

namespace Mining.Cli.Import;

/// <summary>
/// The gateway as an import calls it: a call that finds nobody is tried again for a while, since every command can be repeated.
/// </summary>
internal sealed class ImportGateway(CallInvoker invoker, TimeProvider time)
{
    /// <summary>How often a call is tried again: with the pauses below for about a quarter of a minute.</summary>
    private const int MostRetries = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ResiliencePipeline retry = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<RpcException>(
                exception => exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded),
            MaxRetryAttempts = MostRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
        })
        .Build();

    public Gateway Clients { get; } = new(invoker);

    /// <summary>Calls, and calls again while nobody answers.</summary>
    public async Task<TResponse> Call<TResponse>(
        Func<Gateway, CallOptions, AsyncUnaryCall<TResponse>> call, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await call(Clients, Gateway.Unary(token)), cancellation);
}
