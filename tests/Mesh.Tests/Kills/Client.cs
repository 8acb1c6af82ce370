using Grpc.Core;

namespace Mining.Mesh.Tests.Kills;

/// <summary>A client that writes and writes. Without an answer it asks again under the same request id, most of the time.</summary>
internal sealed class Client(ChannelBase channel, KnownNames known, int seed, int number)
{
    private const int MaxRepeats = 40;

    /// <summary>Before the next command of a client that got no answer, for then the next one comes to nothing at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly Random random = new((seed * 1_009) + number);
    private volatile int attemptCount;
    private volatile int acknowledgedCount;

    public List<Write> Writes { get; } = [];

    public int AttemptCount => attemptCount;

    public int AcknowledgedCount => acknowledgedCount;

    public async Task Run(CancellationToken stop)
    {
        var requests = new Requests(known, random, $"client-{number}");
        while (!stop.IsCancellationRequested)
        {
            var write = requests.Next();
            Writes.Add(write);
            await Send(write);
            for (var i = 0; i < MaxRepeats && write.IsOpen && write.IsRepeatable && random.Next(5) > 0 && !stop.IsCancellationRequested; i++)
                await Send(write);
            if (write.Answer is { } answer && !write.OnlyAsked)
            {
                acknowledgedCount++;
                known.Add((string)answer.Descriptor.FindFieldByName("name").Accessor.GetValue(answer));
                // Also who was answered may ask again, such as a client that was killed itself.
                if (write.IsRepeatable && random.Next(10) == 0)
                    await Send(write);
            }
        }
    }

    private async Task Send(Write write)
    {
        await write.Send(channel);
        attemptCount++;
        if (write.IsOpen)
            await Task.Delay(Pause, TimeProvider.System);
    }
}
