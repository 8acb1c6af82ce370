using System.Runtime.CompilerServices;
using Mining.Changes.V1;
using Mining.Platform.Calls;

namespace Mining.Platform.Bus;

/// <summary>Reads other services' feeds over gRPC.</summary>
public sealed class FeedReader(IServiceCalls services) : IFeedReader
{
    /// <summary>Maximum time to wait for the next message of a service.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<ReadChangesResponse> Read(
        string source, long afterSequence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = new ChangeFeedService.ChangeFeedServiceClient(services.To(source))
            .ReadChanges(new() { Source = source, AfterSequence = afterSequence }, cancellationToken: silence.Token);
        silence.CancelAfter(AnswerTimeout);
        while (await call.ResponseStream.MoveNext(silence.Token))
        {
            // Stop the timer while the reader processes a message: only silence of the service counts.
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return call.ResponseStream.Current;
            silence.CancelAfter(AnswerTimeout);
        }
    }
}
