using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Platform.Bus;

namespace Mining.Platform.Tests.Bus;

/// <summary>A service's feed, with two changes per message.</summary>
internal sealed class FakeFeed : IFeedReader
{
    private readonly Lock gate = new();
    private readonly List<long> asked = [];
    private string logId = "log";
    private int last;
    private int reading;

    public IReadOnlyList<long> Asked
    {
        get
        {
            lock (gate)
                return [.. asked];
        }
    }

    public int Last => last;

    public Exception? Failure { get; set; }

    /// <summary>Completes before the second message is sent.</summary>
    public TaskCompletionSource? Pause { get; set; }

    /// <summary>The number of readers that have not reached its end.</summary>
    public int Reading => Volatile.Read(ref reading);

    /// <summary>The number of messages read from it.</summary>
    public int Yielded { get; private set; }

    public static Change ChangeOf(long sequence, string logId) => new()
    {
        Source = "projects",
        LogId = logId,
        Sequence = sequence,
        Version = 1,
        Resource = $"projects/{sequence}",
        State = new Any(),
    };

    public void Grow(int to) => last = to;

    public void Replace(string by, int to) => (logId, last) = (by, to);

    public async IAsyncEnumerable<ReadChangesResponse> Read(
        string source, long afterSequence, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (source == RecordingSink.Probe)
            yield break;
        lock (gate)
            asked.Add(afterSequence);
        Interlocked.Increment(ref reading);
        using var end = new Ending(() => Interlocked.Decrement(ref reading));
        await Task.Yield();
        if (Failure is { } failure)
            throw failure;
        for (var after = (int)afterSequence; after < last; after += 2)
        {
            var run = new ReadChangesResponse { LogId = logId, LastSequence = last };
            run.Changes.AddRange(Enumerable.Range(after + 1, Math.Min(2, last - after)).Select(sequence => ChangeOf(sequence, logId)));
            Yielded++;
            yield return run;
            if (Pause is { } pause)
                await pause.Task.WaitAsync(cancellation);
        }

        Yielded++;
        yield return new ReadChangesResponse { LogId = logId, LastSequence = last };
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
