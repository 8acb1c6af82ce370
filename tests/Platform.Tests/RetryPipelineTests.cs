// At stake: how long and how often the mesh retries. A missing retry loses a command; one without jitter, limit or back-off makes an outage
// worse. Checks the settings of each pipeline and which errors it retries.
using Dapr;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Commit;
using Mining.Platform.Relay;
using Mining.Platform.Storage;
using Polly;
using Polly.Retry;
using Polly.Testing;
using Polly.Timeout;
using Xunit;

namespace Mining.Platform.Tests;

public sealed class RetryPipelineTests
{
    private static readonly Database Database = new SqliteDatabase("Data Source=unused.db", NullLogger<SqliteDatabase>.Instance);

    [Fact]
    public void A_transaction_is_retried_six_times_within_seconds()
    {
        var retry = Only<RetryStrategyOptions>(Committer.RetryPipeline(Database, TimeProvider.System));
        Assert.Equal(
            (6, DelayBackoffType.Exponential, true, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1)),
            (retry.MaxRetryAttempts, retry.BackoffType, retry.UseJitter, retry.Delay, retry.MaxDelay));
    }

    [Theory]
    [InlineData(5, true)] // SQLITE_BUSY
    [InlineData(6, true)] // SQLITE_LOCKED
    [InlineData(8, false)] // SQLITE_READONLY
    [InlineData(13, false)] // SQLITE_FULL
    [InlineData(19, false)] // SQLITE_CONSTRAINT
    public async Task Only_transient_failures_of_a_transaction_are_retried(int code, bool repeated) =>
        Assert.Equal(repeated, await Handles(Committer.RetryOptions(Database), new SqliteException("", code)));

    [Fact]
    public async Task A_programming_error_is_not_retried() =>
        Assert.False(await Handles(Committer.RetryOptions(Database), new InvalidOperationException()));

    [Fact]
    public void A_publication_is_retried_forever_with_growing_back_off()
    {
        var retry = Only<RetryStrategyOptions>(ChangeRelay.RetryPipeline(TimeProvider.System, NullLogger.Instance));
        Assert.Equal(
            (int.MaxValue, DelayBackoffType.Exponential, true, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5)),
            (retry.MaxRetryAttempts, retry.BackoffType, retry.UseJitter, retry.Delay, retry.MaxDelay));
    }

    [Fact]
    public async Task A_publication_is_retried_after_any_error_until_shutdown()
    {
        var options = ChangeRelay.RetryOptions(NullLogger.Instance);
        Assert.True(await Handles(options, new DaprException("", new RpcException(new Status(StatusCode.Unavailable, "")))));
        Assert.True(await Handles(options, new TimeoutRejectedException()));
        Assert.False(await Handles(options, new OperationCanceledException()));
    }

    [Fact]
    public void A_call_to_the_sidecar_times_out_after_ten_seconds() =>
        Assert.Equal(TimeSpan.FromSeconds(10), Only<TimeoutStrategyOptions>(ChangeRelay.TimeoutPipeline(TimeProvider.System)).Timeout);

    private static T Only<T>(ResiliencePipeline pipeline) => Assert.IsType<T>(Assert.Single(pipeline.GetPipelineDescriptor().Strategies).Options);

    private static async Task<bool> Handles(RetryStrategyOptions options, Exception exception)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            return await options.ShouldHandle(new RetryPredicateArguments<object>(context, Outcome.FromException<object>(exception), 0));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
