using System.Text.Json.Serialization;
using Dapr;
using Google.Protobuf;
using Mining.Changes.V1;

namespace Mining.Platform.Relay;

/// <summary>
/// A CloudEvent with a protobuf message. Its id, source and type are set here and not by the sidecar; otherwise a retry of the relay would
/// look like a new event.
/// </summary>
public sealed class ChangeEvent : CloudEvent
{
    public const string ContentType = "application/protobuf";

    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; init; } = ContentType;

    [JsonPropertyName("data_base64")]
    public required string DataBase64 { get; init; }

    /// <summary>The name of <see cref="PublishSpan"/> in the event.</summary>
    public const string PublishSpanName = "miningtraceparent";

    /// <summary>
    /// The span that publishes the change, in the trace of its commit. Not <c>traceparent</c>: Dapr overwrites that one with the span of the
    /// whole bulk, which belongs to no change.
    /// </summary>
    [JsonPropertyName(PublishSpanName)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PublishSpan { get; init; }

    /// <summary>The event of a change. The change says which log and which place in it; a repeated event is the same event.</summary>
    /// <param name="change">The change.</param>
    /// <param name="traceparent">The publishing span; null for the change's own.</param>
    public static ChangeEvent Of(Change change, string? traceparent = null) =>
        Of(change.Source, change.EventId, change, traceparent ?? change.Traceparent);

    /// <summary>Creates the event of a heartbeat.</summary>
    public static ChangeEvent Of(Heartbeat heartbeat) => Of(
        heartbeat.Source, $"{heartbeat.LogId}-beat-{heartbeat.SendTime.Seconds}-{heartbeat.SendTime.Nanos}", heartbeat, "");

    private static ChangeEvent Of(string source, string id, IMessage data, string traceparent) => new()
    {
        Id = id,
        // A CloudEvent's source is a URI reference; a plain name is valid.
        Source = new Uri(source, UriKind.Relative),
        Type = data.Descriptor.FullName,
        DataBase64 = data.ToByteString().ToBase64(),
        PublishSpan = traceparent.Length > 0 ? traceparent : null,
    };
}
