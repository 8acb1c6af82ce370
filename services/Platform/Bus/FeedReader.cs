using System.Runtime.CompilerServices;
using Mining.Changes.V1;
using Mining.Platform.Hosting;

namespace Mining.Platform.Bus;

/// <summary>Reads other services' feeds over gRPC.</summary>
public sealed class FeedReader(IServiceCalls services) : IFeedReader
{
    /// <summary>How long a service may take to say anything at all.</summary>
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
            // The reader may be slow to take an answer; only the service's silence counts.
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return call.ResponseStream.Current;
            silence.CancelAfter(AnswerTimeout);
        }
    }
}
