using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Platform.Relay;
using Mining.Simulation.Histories;
using Mining.Simulation.Kernel;
using Mining.Simulation.Nodes;
using static Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types;

namespace Mining.Simulation.Network;

/// <summary>
/// A broker with its sidecars, without any guarantees: during faults it loses, duplicates, delays and reorders, and a process that dies
/// loses its deliveries in flight.
/// </summary>
internal sealed class SimulatedBroker(
    NodeContext context, TimeProvider time, Fate fate, FaultTally tally, IReadOnlyDictionary<string, Node> nodes, IReadOnlyDictionary<string, string[]> subscribers)
{
    private const int Attempts = 3;
    private static readonly TimeSpan MaxTransitTime = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan RedeliveryInterval = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> None = [];

    private readonly Dictionary<string, SidecarTrouble> sidecars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (CrashAtPublication Crash, int Left)> crashes = new(StringComparer.Ordinal);
    private long deliveries;

    public BrokerTrouble? Trouble { get; set; }

    /// <summary>The number of deliveries in flight that were delayed at some time.</summary>
    public int LateOnes { get; private set; }

    /// <summary>Deliveries that an app rejected for good, each with the reason.</summary>
    public List<string> DeadLetters { get; } = [];

    public void Begin(SidecarTrouble trouble) => sidecars[trouble.Node] = trouble;

    public void End(SidecarTrouble trouble)
    {
        if (sidecars.TryGetValue(trouble.Node, out var present) && present == trouble)
            sidecars.Remove(trouble.Node);
    }

    public void Arm(CrashAtPublication crash) => crashes[crash.Node] = (crash, crash.AfterPublications);

    public void Disarm()
    {
        crashes.Clear();
        sidecars.Clear();
        Trouble = null;
    }

    /// <summary>The path of one service to the broker.</summary>
    public IEventPublisher PublisherOf(Node node) => new Publisher(this, node);

    /// <summary>Puts an event on a topic, from any source.</summary>
    public void Put(string topic, TopicEventRequest request)
    {
        foreach (var subscriber in subscribers[topic])
        {
            var about = $"{request.Id} to {subscriber} {++deliveries}";
            if (fate.Strikes(Trouble?.LostPpm ?? 0, $"losing {about}"))
            {
                tally.Count("delivery lost");
                continue;
            }

            context.Start(() => Deliver(nodes[subscriber], request, about));
            if (fate.Strikes(Trouble?.DoubledPpm ?? 0, $"doubling {about}"))
            {
                tally.Count("delivery duplicated");
                context.Start(() => Deliver(nodes[subscriber], request, $"again {about}"));
            }
        }
    }

    private async Task Deliver(Node node, TopicEventRequest request, string about)
    {
        var transit = fate.Within(MaxTransitTime, about);
        var isLate = Trouble is { } trouble && fate.Strikes(trouble.LatePpm, $"delaying {about}");
        if (isLate)
        {
            tally.Count("delivery late");
            LateOnes++;
            transit = fate.Within(Trouble!.Latest, about);
        }

        await Task.Delay(transit + TimeSpan.FromTicks(1), time);
        LateOnes -= isLate ? 1 : 0;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                var answer = await node.Deliver(request);
                if (answer.Status == TopicEventResponseStatus.Success)
                    return;
                if (answer.Status == TopicEventResponseStatus.Drop)
                {
                    DeadLetters.Add(request.Id);
                    return;
                }
            }
            catch (Exception exception) when (exception is RpcException or ProcessDiedException)
            {
                // No process, or no longer: the broker retries a few times.
            }

            await Task.Delay(RedeliveryInterval, time);
        }

        tally.Count("delivery abandoned");
    }

    private Dictionary<string, string> Publish(Node node, string topic, IReadOnlyList<ChangeEvent> events)
    {
        if (crashes.TryGetValue(node.Name, out var due))
        {
            if (due.Left > 0)
            {
                crashes[node.Name] = due with { Left = due.Left - 1 };
            }
            else
            {
                crashes.Remove(node.Name);
                if (due.Crash.Taken)
                    Take(topic, events, None);
                tally.Count(due.Crash.Taken ? "crash after a publication" : "crash before a publication");
                node.Kill(due.Crash.Down);
                throw new ProcessDiedException();
            }
        }

        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (sidecars.GetValueOrDefault(node.Name)?.State)
        {
            case SidecarState.Away:
                tally.Count("sidecar down");
                throw new IOException("the sidecar is down");
            case SidecarState.RefusesAll:
                tally.Count("publication refused");
                throw new PublicationRefusedException("the broker is not configured");
            case SidecarState.AnswerLost:
                Take(topic, events, None);
                tally.Count("publication answer lost");
                throw new IOException("the sidecar's answer was lost");
            case SidecarState.RefusesSome:
                foreach (var entry in events.Where(entry => entry.Type == Change.Descriptor.FullName && fate.Strikes(300_000, $"refusing {entry.Id}")))
                {
                    tally.Count("change refused by the broker");
                    refused[entry.Id!] = "it is too large";
                }

                break;
        }

        Take(topic, events, refused);
        return refused;
    }

    private void Take(string topic, IReadOnlyList<ChangeEvent> events, Dictionary<string, string> refused)
    {
        foreach (var entry in events.Where(entry => !refused.ContainsKey(entry.Id!)))
        {
            Put(topic, new TopicEventRequest
            {
                Id = entry.Id,
                Source = entry.Source!.OriginalString,
                Type = entry.Type,
                Topic = topic,
                PubsubName = new BusOptions().PubsubName,
                DataContentType = ChangeEvent.ContentType,
                Data = ByteString.FromBase64(entry.DataBase64),
            });
        }
    }

    private sealed class Publisher(SimulatedBroker broker, Node node) : IEventPublisher
    {
        public Task<IReadOnlyDictionary<string, string>> Publish(string topic, IReadOnlyList<ChangeEvent> events, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(broker.Publish(node, topic, events));
    }
}
