using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mining.LocalMesh.Sidecar;

/// <summary>An event as the broker keeps it: read once when it is published, shared by all queues, never changed.</summary>
/// <param name="Extensions">What the envelope holds besides the other fields.</param>
internal sealed record Message(
    string Id,
    string Source,
    string Type,
    string SpecVersion,
    string DataContentType,
    ByteString Data,
    Struct Extensions)
{
    public TopicEventRequest ToRequest(string pubsubName, string topic, string path) => new()
    {
        Id = Id,
        Source = Source,
        Type = Type,
        SpecVersion = SpecVersion,
        DataContentType = DataContentType,
        Data = Data,
        Topic = topic,
        PubsubName = pubsubName,
        Path = path,
        Extensions = Extensions,
    };
}
