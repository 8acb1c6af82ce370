using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Mining.LocalMesh.Sidecar;

/// <summary>
/// The part of Dapr's runtime API that the mesh uses: publish, bulk publish, metadata, shutdown. All else is UNIMPLEMENTED.
/// </summary>
internal sealed class DaprApi(SidecarOptions options, Broker broker, IHostApplicationLifetime lifetime, TimeProvider time)
{
    public Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext call)
    {
        var (raw, context) = Check(request.PubsubName, request.Topic, request.Metadata, call);
        var message = Read(request.Data, request.DataContentType, request.Metadata, raw, context);
        if (TooLarge(request.Data) is { } error)
            throw DaprErrors.Publish(request.PubsubName, request.Topic, error);
        broker.Publish(request.Topic, message);
        return Task.FromResult(new Empty());
    }

    public Task<BulkPublishResponse> BulkPublishEvent(BulkPublishRequest request, ServerCallContext call)
    {
        var (raw, context) = Check(request.PubsubName, request.Topic, request.Metadata, call);
        if (request.Entries.Any(entry => entry.EntryId.Length == 0)
            || request.Entries.DistinctBy(entry => entry.EntryId).Count() < request.Entries.Count)
            throw DaprErrors.EntryIds(request.PubsubName, request.Topic);

        // As in Dapr, one envelope that cannot be read refuses the call and nothing is published;
        // what the broker then refuses is told entry by entry, and the others are published.
        var messages = request.Entries.Select(entry => Read(entry.Event, entry.ContentType, Merge(request, entry), raw, context)).ToList();
        var response = new BulkPublishResponse();
        foreach (var (entry, message) in request.Entries.Zip(messages))
            if (TooLarge(entry.Event) is { } error)
                response.FailedEntries.Add(new BulkPublishResponseFailedEntry { EntryId = entry.EntryId, Error = error });
            else
                broker.Publish(request.Topic, message);
        return Task.FromResult(response);
    }

    public Task<GetMetadataResponse> GetMetadata(GetMetadataRequest request, ServerCallContext call)
    {
        var response = new GetMetadataResponse
        {
            Id = "local-mesh",
            RuntimeVersion = "local",
            RegisteredComponents = { new RegisteredComponents { Name = options.PubsubName, Type = "pubsub.in-memory", Version = "v1" } },
        };
        broker.Describe(response);
        return Task.FromResult(response);
    }

    public Task<Empty> Shutdown(ShutdownRequest request, ServerCallContext call)
    {
        lifetime.StopApplication();
        return Task.FromResult(new Empty());
    }

    private (bool Raw, PublishContext Context) Check(string pubsub, string topic, IDictionary<string, string> metadata, ServerCallContext call)
    {
        if (pubsub.Length == 0)
            throw DaprErrors.PubsubNameEmpty();
        if (pubsub != options.PubsubName)
            throw DaprErrors.PubsubNotFound(pubsub);
        if (topic.Length == 0)
            throw DaprErrors.TopicEmpty(pubsub);
        var raw = metadata.FirstOrDefault(entry => entry.Key.Equals("rawPayload", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        var isRaw = raw switch
        {
            "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
            "" or "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
            _ => throw DaprErrors.RawPayloadNotBoolean(pubsub, raw),
        };
        return (isRaw, new PublishContext(
            pubsub, topic, call.RequestHeaders.GetValue("traceparent") ?? "", call.RequestHeaders.GetValue("tracestate") ?? "", time.GetUtcNow()));
    }

    /// <summary>A raw payload stays as it is until a subscriber reads it as a cloud event; here it is read at once, with the same result.</summary>
    private Message? Read(ByteString data, string contentType, IDictionary<string, string> metadata, bool raw, PublishContext context)
    {
        try
        {
            return raw || Envelope.IsCloudEvent(contentType)
                ? Envelope.FromCloudEvent(data.Memory, context)
                : Envelope.FromData(data, contentType, metadata.AsReadOnly(), context, broker.NextId);
        }
        catch (JsonException) when (raw)
        {
            return null;
        }
        catch (JsonException invalid)
        {
            throw DaprErrors.CloudEventCreation(options.PubsubName, invalid.Message);
        }
    }

    /// <summary>Metadata of the call reach an entry only when the entry has some of its own, as in Dapr.</summary>
    private static IDictionary<string, string> Merge(BulkPublishRequest request, BulkPublishRequestEntry entry) =>
        entry.Metadata.Count == 0
            ? entry.Metadata
            : request.Metadata.Concat(entry.Metadata).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);

    private string? TooLarge(ByteString data) => data.Length > options.Limits.MessageBytes
        ? $"a message of {data.Length} bytes is larger than the broker's limit of {options.Limits.MessageBytes} bytes"
        : null;
}
