using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Platform.Bus;
using Mining.Simulation.Histories;
using Mining.Simulation.Kernel;
using Mining.Simulation.Nodes;

namespace Mining.Simulation.Network;

/// <summary>The network between callers and services: it has latency, and during faults it loses calls and answers.</summary>
internal sealed class SimulatedNetwork(Fate fate, FaultTally tally, TimeProvider time)
{
    private static readonly TimeSpan MaxTransitTime = TimeSpan.FromMilliseconds(3);

    private long calls;

    public NetworkTrouble? Trouble { get; set; }

    /// <summary>Calls a method of a service.</summary>
    /// <exception cref="RpcException">The service's answer, or UNAVAILABLE, which leaves the outcome of the call unknown.</exception>
    public async Task<IMessage> Call(Node node, string caller, IMessage request)
    {
        var about = $"call {++calls} {caller} {request.Descriptor.Name}";
        await Transit(about);
        if (fate.Strikes(Trouble?.RequestsLostPpm ?? 0, $"request of {about}"))
            throw Lost("call lost");
        IMessage answer;
        try
        {
            answer = await node.Call(caller, request);
        }
        catch (ProcessDiedException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the connection broke"));
        }

        await Transit($"answer to {about}");
        if (fate.Strikes(Trouble?.AnswersLostPpm ?? 0, $"answer to {about}"))
            throw Lost("answer lost");
        return answer;
    }

    /// <summary>Reads a feed; during faults it may end after some of the messages.</summary>
    public async IAsyncEnumerable<ReadChangesResponse> ReadFeed(
        Node node, string reader, long afterSequence, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var about = $"feed of {node.Name} after {afterSequence} for {reader} {++calls}";
        await Transit(about);
        if (fate.Strikes(Trouble?.RequestsLostPpm ?? 0, about))
            throw Lost("feed call lost");
        List<ReadChangesResponse> answers;
        try
        {
            answers = await node.ReadFeed(afterSequence);
        }
        catch (ProcessDiedException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the connection broke"));
        }

        foreach (var (i, answer) in answers.Index())
        {
            await Transit($"{i} of {about}");
            cancellation.ThrowIfCancellationRequested();
            if (fate.Strikes(Trouble?.AnswersLostPpm ?? 0, $"{i} of {about}"))
                throw Lost("feed cut");
            yield return answer;
        }
    }

    private Task Transit(string about) => Task.Delay(fate.Within(MaxTransitTime, about) + TimeSpan.FromTicks(1), time);

    private RpcException Lost(string kind)
    {
        tally.Count(kind);
        return new RpcException(new Status(StatusCode.Unavailable, "the connection broke"));
    }
}

/// <summary>Reads feeds over the simulated network.</summary>
internal sealed class SimulatedFeeds(SimulatedNetwork network, IReadOnlyDictionary<string, Node> nodes, string reader) : IFeedReader
{
    public IAsyncEnumerable<ReadChangesResponse> Read(string source, long afterSequence, CancellationToken cancellation) =>
        network.ReadFeed(nodes[source], reader, afterSequence, cancellation);
}
