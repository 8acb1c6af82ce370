using Google.Protobuf;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Common.V1;
using Polly;
using Polly.Retry;

namespace Mining.Cli.Import;

/// <summary>
/// The gateway as an import calls it: a call that finds nobody is tried again for a while, since every command can be repeated.
/// </summary>
internal sealed class ImportGateway(CallInvoker invoker, TimeProvider time)
{
    /// <summary>How many calls are in flight at most.</summary>
    public const int MaxConcurrentCalls = 32;

    /// <summary>How many batches are in flight at most, and how many commands one has: enough to keep the services busy.</summary>
    public const int MaxConcurrentBatches = 4;

    /// <inheritdoc cref="MaxConcurrentBatches"/>
    public const int RowsInBatch = 250;

    /// <summary>How many bytes the commands of a batch may have; a service takes 4 MiB.</summary>
    public const int MaxBatchSize = 2 << 20;

    /// <summary>How often a call is tried again: with the pauses below for about a quarter of a minute.</summary>
    private const int MaxRetries = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    private readonly ResiliencePipeline retry = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<RpcException>(
                exception => IsPassing(exception.StatusCode)),
            MaxRetryAttempts = MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = MaxDelay,
        })
        .Build();

    public Gateway Clients { get; } = new(invoker);

    /// <summary>Calls, and calls again while nobody answers.</summary>
    public async Task<TResponse> Call<TResponse>(
        Func<Gateway, CallOptions, AsyncUnaryCall<TResponse>> call, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await call(Clients, Gateway.Unary(token)), cancellation);

    /// <summary>Sends commands in one call; those that could not be done for now are sent again.</summary>
    /// <param name="rows">The commands.</param>
    /// <param name="send">Makes the call.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What became of each, in their order.</returns>
    /// <exception cref="RpcException">The mesh cannot be reached, or cannot do one of them now.</exception>
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
                open.RemoveAll(index => !IsPassing((StatusCode)(results[index].Refusal?.Code ?? 0)));
                if (open.Count > 0)
                    throw results[open[0]].Refusal.ToRpcException();
            },
            cancellation);
        return results;
    }

    /// <summary>Whether the same call may go through later.</summary>
    private static bool IsPassing(StatusCode code) => code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted;
}
