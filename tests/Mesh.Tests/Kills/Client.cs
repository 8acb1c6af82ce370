using Grpc.Core;

namespace Mining.Mesh.Tests.Kills;

/// <summary>A client that writes continuously. Without an answer it mostly retries with the same request id.</summary>
internal sealed class Client(ChannelBase channel, KnownNames known, int seed, int number)
{
    private const int MaxRepeats = 40;

    /// <summary>The pause of a client without an answer before its next command, which would otherwise fail at once too.</summary>
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
                // A client that got an answer may repeat the request too, for example after it was killed itself.
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
