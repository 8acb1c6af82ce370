using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mining.LocalMesh.Sidecar;

/// <summary>Where and when a message was published.</summary>
internal sealed record PublishContext(string PubsubName, string Topic, DateTimeOffset Now);

/// <summary>
/// Reads the CloudEvents that callers publish, with the defaults and the oddities of Dapr's runtime: what passes here passes there.
/// </summary>
internal static class Envelope
{
    private const string DefaultSource = "Dapr";
    private const string DefaultType = "com.dapr.event.sent";
    private const string DefaultSpecVersion = "1.0";

    /// <summary>Fields that a delivery carries by themselves, not among its extensions.</summary>
    private static readonly HashSet<string> OwnFields =
        ["id", "source", "type", "specversion", "datacontenttype", "data", "data_base64"];

    /// <summary>
    /// Reads an event that brings its own envelope: id, source, type and data are taken from it, and an id it lacks stays empty.
    /// </summary>
    /// <exception cref="JsonException">It is not a JSON object, or its data cannot be delivered.</exception>
    public static Message Read(ReadOnlyMemory<byte> json, PublishContext context)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, context);
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or InvalidJsonException)
        {
            // Half a surrogate pair, or a number beyond double: JSON by its grammar, but nothing that can be delivered.
            throw new JsonException(unreadable.Message, unreadable);
        }
    }

    private static Message Read(JsonElement root, PublishContext context)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException($"a cloud event is a JSON object, not {root.ValueKind}");

        var contentType = Text("datacontenttype", "");
        var extensions = new Struct();
        foreach (var field in root.EnumerateObject())
            if (!OwnFields.Contains(field.Name))
                extensions.Fields[field.Name] = field.Value.ValueKind == JsonValueKind.String
                    ? Value.ForString(field.Value.GetString())
                    : Value.Parser.ParseJson(field.Value.GetRawText());
        extensions.Fields["topic"] = Value.ForString(context.Topic);
        extensions.Fields["pubsubname"] = Value.ForString(context.PubsubName);
        // As Dapr does it without tracing: the caller's own are overwritten.
        foreach (var name in (string[])["traceid", "traceparent", "tracestate"])
            extensions.Fields[name] = Value.ForString("");
        extensions.Fields.TryAdd("time", Value.ForString(context.Now.ToString("yyyy-MM-dd'T'HH:mm:ssK")));

        return new Message(
            Text("id", ""),
            Text("source", DefaultSource),
            Text("type", DefaultType),
            Text("specversion", DefaultSpecVersion),
            contentType,
            ReadData(root, contentType),
            extensions);

        string Text(string name, string otherwise) =>
            root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : otherwise;
    }

    private static ByteString ReadData(JsonElement root, string contentType)
    {
        if (root.TryGetProperty("data_base64", out var base64) && base64.ValueKind != JsonValueKind.Null)
            return base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes)
                ? UnsafeByteOperations.UnsafeWrap(bytes)
                : throw new JsonException("data_base64 is not base64");
        if (!root.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null)
            return ByteString.Empty;
        if (IsText(contentType))
            return data.ValueKind == JsonValueKind.String
                ? ByteString.CopyFromUtf8(data.GetString()!)
                : throw new JsonException($"data of type {contentType} is a string, not {data.ValueKind}");

        // Dapr delivers the data of any other type empty: bytes belong into data_base64.
        return Is(contentType, "application/json") || Is(contentType, "application/cloudevents+json") ? ByteString.CopyFromUtf8(data.GetRawText()) : ByteString.Empty;
    }

    private static bool IsText(string contentType) =>
        contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || Is(contentType, "application/xml");

    private static bool Is(string contentType, string expected) =>
        contentType.Split(';')[0].Equals(expected, StringComparison.OrdinalIgnoreCase);
}
