// At stake: how long and how often the mesh tries again. A retry that is missing loses a command; one without jitter, limit or pause
// makes an outage worse. The make-up of each pipeline, and what it takes for worth repeating.
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
    public void A_transaction_is_repeated_six_times_within_seconds()
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
    public async Task Only_a_transaction_that_may_go_through_is_repeated(int code, bool repeated) =>
        Assert.Equal(repeated, await Handles(Committer.RetryOptions(Database), new SqliteException("", code)));

    [Fact]
    public async Task A_mistake_in_the_code_is_not_repeated() =>
        Assert.False(await Handles(Committer.RetryOptions(Database), new InvalidOperationException()));

    [Fact]
    public void A_publication_is_repeated_for_ever_and_ever_slower()
    {
        var retry = Only<RetryStrategyOptions>(ChangeRelay.RetryPipeline(TimeProvider.System, NullLogger.Instance));
        Assert.Equal(
            (int.MaxValue, DelayBackoffType.Exponential, true, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5)),
            (retry.MaxRetryAttempts, retry.BackoffType, retry.UseJitter, retry.Delay, retry.MaxDelay));
    }

    [Fact]
    public async Task A_publication_is_repeated_whatever_went_wrong_but_not_when_the_service_stops()
    {
        var options = ChangeRelay.RetryOptions(NullLogger.Instance);
        Assert.True(await Handles(options, new DaprException("", new RpcException(new Status(StatusCode.Unavailable, "")))));
        Assert.True(await Handles(options, new TimeoutRejectedException()));
        Assert.False(await Handles(options, new OperationCanceledException()));
    }

    [Fact]
    public void The_sidecar_has_ten_seconds_to_answer() =>
        Assert.Equal(TimeSpan.FromSeconds(10), Only<TimeoutStrategyOptions>(ChangeRelay.PatiencePipeline(TimeProvider.System)).Timeout);

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
