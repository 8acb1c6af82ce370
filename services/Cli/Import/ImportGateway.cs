using Google.Protobuf;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Polly;
using Polly.Retry;

namespace Mining.Cli.Import;

/// <summary>
/// The gateway as an import uses it. Calls to an unavailable server are retried; every command can be repeated safely.
/// </summary>
internal sealed class ImportGateway(CallInvoker invoker, TimeProvider time)
{
    /// <summary>Maximum number of concurrent calls.</summary>
    public const int MaxConcurrentCalls = 32;

    /// <summary>Maximum number of concurrent batches, and of commands in a batch: enough to keep the services busy.</summary>
    public const int MaxConcurrentBatches = 4;

    /// <inheritdoc cref="MaxConcurrentBatches"/>
    public const int RowsPerBatch = 250;

    /// <summary>Maximum size of the commands in a batch, below the 4 MiB that a service accepts.</summary>
    public const int MaxBatchSize = 2 << 20;

    /// <summary>Number of retries. With the delays below, they last about 15 seconds.</summary>
    private const int MaxRetries = 6;

    private static readonly TimeSpan InitialDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    private readonly ResiliencePipeline retry = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<RpcException>(
                exception => IsTransient(exception.StatusCode)),
            MaxRetryAttempts = MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = InitialDelay,
            MaxDelay = MaxDelay,
        })
        .Build();

    public Gateway Clients { get; } = new(invoker);

    /// <summary>Calls, and retries while the server is unavailable.</summary>
    public async Task<TResponse> Call<TResponse>(
        Func<Gateway, CallOptions, AsyncUnaryCall<TResponse>> call, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await call(Clients, Gateway.Unary(token)), cancellation);

    /// <summary>Sends commands in one call. Commands that fail temporarily are sent again.</summary>
    /// <param name="rows">The commands.</param>
    /// <param name="send">Makes the call.</param>
    /// <param name="cancellation">Cancels the calls.</param>
    /// <returns>The outcome of each command, in the same order.</returns>
    /// <exception cref="RpcException">The mesh is still unavailable after all retries.</exception>
    public async Task<IReadOnlyList<BatchWriteResult>> Batch<TRow>(
        IReadOnlyList<TRow> rows,
        Func<Gateway, IEnumerable<TRow>, CallOptions, AsyncUnaryCall<BatchWriteResponse>> send,
        CancellationToken cancellation)
        where TRow : IMessage
    {
        if (rows.Count > 1 && rows.Sum(row => row.CalculateSize()) > MaxBatchSize)
        {
            var half = rows.Count / 2;
            return [.. await Batch([.. rows.Take(half)], send, cancellation), .. await Batch([.. rows.Skip(half)], send, cancellation)];
        }

        var results = new BatchWriteResult[rows.Count];
        List<int> open = [.. Enumerable.Range(0, rows.Count)];
        await retry.ExecuteAsync(
            async token =>
            {
                var answer = await send(Clients, open.Select(index => rows[index]), Gateway.Unary(token));
                foreach (var (index, result) in open.Zip(answer.Results))
                    results[index] = result;
                open.RemoveAll(index => !IsTransient((StatusCode)(results[index].Refusal?.Code ?? 0)));
                if (open.Count > 0)
                    throw results[open[0]].Refusal.ToRpcException();
            },
            cancellation);
        return results;
    }

    /// <summary>Whether the same call may succeed later.</summary>
    private static bool IsTransient(StatusCode code) => code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted;
}
