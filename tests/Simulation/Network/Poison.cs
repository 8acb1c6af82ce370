using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Projects.V1;
using Mining.Simulation.Histories;

namespace Mining.Simulation.Network;

/// <summary>Invalid deliveries.</summary>
internal static class Poison
{
    public static TopicEventRequest Of(PoisonDelivery poison, int number)
    {
        var source = poison.Topic[..poison.Topic.IndexOf('.', StringComparison.Ordinal)];
        var change = new Change
        {
            Source = poison.Kind == PoisonKind.WrongSource ? "nobody" : source,
            LogId = poison.Kind == PoisonKind.OtherLog ? "another-log" : $"{source}-log",
            Sequence = poison.Kind == PoisonKind.Incomplete ? 0 : 1,
            EventId = $"poison-{number}",
            Resource = "projects/poison",
            Version = 1_000,
            State = Any.Pack(new Project { Name = "projects/poison", DisplayName = "Poison", Version = 1_000 }),
        };
        return new TopicEventRequest
        {
            Id = change.EventId,
            Source = source,
            Type = poison.Kind == PoisonKind.UnknownType ? "mining.changes.v9.Change" : Change.Descriptor.FullName,
            Topic = poison.Topic,
            PubsubName = "mesh-pubsub",
            Data = poison.Kind == PoisonKind.Unreadable ? ByteString.CopyFrom(0xff, 0xff, 0xff) : change.ToByteString(),
        };
    }
}
