using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mining.LocalMesh.Sidecar;

/// <summary>Where a message was published, and what the caller's headers say of its trace.</summary>
internal sealed record PublishContext(string PubsubName, string Topic, string TraceParent, string TraceState, DateTimeOffset Now);

/// <summary>
/// Makes messages of what callers publish, with the defaults and the oddities of Dapr's runtime: what passes here passes there.
/// </summary>
internal static class Envelope
{
    private const string DefaultSource = "local-mesh";
    private const string DefaultType = "com.dapr.event.sent";
    private const string DefaultSpecVersion = "1.0";

    /// <summary>Fields that a delivery carries by themselves, not among its extensions.</summary>
    private static readonly HashSet<string> OwnFields =
        ["id", "source", "type", "specversion", "datacontenttype", "data", "data_base64"];

    public static bool IsCloudEvent(string contentType) => Is(contentType, "application/cloudevents+json");

    /// <summary>
    /// Wraps plain data. Metadata <c>cloudevent.id</c>, <c>.source</c>, <c>.type</c>, <c>.traceparent</c>, <c>.tracestate</c> override.
    /// </summary>
    public static Message FromData(
        ByteString data, string contentType, IReadOnlyDictionary<string, string> metadata, PublishContext context, Func<string> newId)
    {
        contentType = contentType.Length == 0 ? "text/plain" : contentType;
        var traceParent = Override("traceparent") ?? Override("traceid") ?? context.TraceParent;
        var extensions = new Struct { Fields = { ["time"] = Value.ForString(context.Now.ToString("yyyy-MM-dd'T'HH:mm:ssK")) } };
        AddContext(extensions, context with { TraceParent = traceParent, TraceState = Override("tracestate") ?? context.TraceState });
        return new Message(
            Override("id") ?? newId(),
            Override("source") ?? DefaultSource,
            Override("type") ?? DefaultType,
            DefaultSpecVersion,
            contentType,
            Is(contentType, "application/json") ? AsJson(data)
                : Is(contentType, "application/octet-stream") || IsText(contentType) ? data
                : ByteString.Empty, // Dapr cannot carry another type as plain data and delivers it empty
            traceParent,
            extensions);

        string? Override(string name) =>
            metadata.Where(entry => entry.Key.Equals($"cloudevent.{name}", StringComparison.OrdinalIgnoreCase) && entry.Value.Length > 0)
                .Select(entry => entry.Value)
                .FirstOrDefault();
    }

    /// <summary>
    /// Reads an event that brings its own envelope: id, source, type, trace and data are taken from it, and an id it lacks stays empty.
    /// </summary>
    /// <exception cref="JsonException">It is not a JSON object, or its data cannot be delivered.</exception>
    public static Message FromCloudEvent(ReadOnlyMemory<byte> json, PublishContext context)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return FromCloudEvent(document.RootElement, context);
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or InvalidJsonException)
        {
            // Half a surrogate pair, or a number beyond double: JSON by its grammar, but nothing that can be delivered.
            throw new JsonException(unreadable.Message, unreadable);
        }
    }

    private static Message FromCloudEvent(JsonElement root, PublishContext context)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException($"a cloud event is a JSON object, not {root.ValueKind}");

        var traceParent = Text("traceparent", Text("traceid", context.TraceParent));
        var contentType = Text("datacontenttype", "");
        var extensions = new Struct();
        foreach (var field in root.EnumerateObject())
            if (!OwnFields.Contains(field.Name))
                extensions.Fields[field.Name] = field.Value.ValueKind == JsonValueKind.String
                    ? Value.ForString(field.Value.GetString())
                    : Value.Parser.ParseJson(field.Value.GetRawText());
        AddContext(extensions, context with { TraceParent = traceParent, TraceState = Text("tracestate", context.TraceState) });
        extensions.Fields.TryAdd("time", Value.ForString(context.Now.ToString("yyyy-MM-dd'T'HH:mm:ssK")));

        return new Message(
            Text("id", ""),
            Text("source", DefaultSource),
            Text("type", DefaultType),
            Text("specversion", DefaultSpecVersion),
            contentType,
            ReadData(root, contentType),
            traceParent,
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
        return Is(contentType, "application/json") || IsCloudEvent(contentType) ? ByteString.CopyFromUtf8(data.GetRawText()) : ByteString.Empty;
    }

    /// <summary>What claims to be JSON and is not travels as a JSON string.</summary>
    private static ByteString AsJson(ByteString data)
    {
        try
        {
            using var document = JsonDocument.Parse(data.Memory);
            return data;
        }
        catch (JsonException)
        {
            return ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(data.Span)));
        }
    }

    private static void AddContext(Struct extensions, PublishContext context)
    {
        extensions.Fields["topic"] = Value.ForString(context.Topic);
        extensions.Fields["pubsubname"] = Value.ForString(context.PubsubName);
        extensions.Fields["traceid"] = Value.ForString(context.TraceParent);
        extensions.Fields["traceparent"] = Value.ForString(context.TraceParent);
        extensions.Fields["tracestate"] = Value.ForString(context.TraceState);
    }

    private static bool IsText(string contentType) =>
        contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || Is(contentType, "application/xml");

    private static bool Is(string contentType, string expected) =>
        contentType.Split(';')[0].Equals(expected, StringComparison.OrdinalIgnoreCase);
}
