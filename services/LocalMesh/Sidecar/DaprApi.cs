using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;

namespace Mining.LocalMesh.Sidecar;

/// <summary>The part of Dapr's runtime API that the mesh uses: bulk publication of CloudEvents. The rest is UNIMPLEMENTED.</summary>
internal sealed class DaprApi(SidecarOptions options, Broker broker, TimeProvider time)
{
    public Task<BulkPublishResponse> BulkPublishEvent(BulkPublishRequest request, ServerCallContext call)
    {
        if (request.PubsubName.Length == 0)
            throw DaprErrors.PubsubNameEmpty();
        if (request.PubsubName != options.PubsubName)
            throw DaprErrors.PubsubNotFound(request.PubsubName);
        if (request.Topic.Length == 0)
            throw DaprErrors.TopicEmpty(request.PubsubName);
        if (request.Entries.Any(entry => entry.EntryId.Length == 0)
            || request.Entries.DistinctBy(entry => entry.EntryId).Count() < request.Entries.Count)
            throw DaprErrors.EntryIds(request.PubsubName, request.Topic);

        // As in Dapr, one unreadable envelope refuses the call and nothing is published; an entry that is too large for the broker fails
        // the call, and the others are published.
        var context = new PublishContext(request.PubsubName, request.Topic, time.GetUtcNow());
        var messages = request.Entries.Select(entry => (entry.Event.Length, Message: Read(entry, context))).ToList();
        foreach (var (_, message) in messages.Where(entry => entry.Length <= options.Limits.MessageBytes))
            broker.Publish(request.Topic, message);
        if (messages.Max(entry => (int?)entry.Length) is { } longest && longest > options.Limits.MessageBytes)
        {
            throw DaprErrors.Publish(
                request.PubsubName, request.Topic, $"an event of {longest} bytes is larger than the broker's limit of {options.Limits.MessageBytes} bytes");
        }

        return Task.FromResult(new BulkPublishResponse());
    }

    private Message Read(BulkPublishRequestEntry entry, PublishContext context)
    {
        try
        {
            return Envelope.Read(entry.Event.Memory, context);
        }
        catch (JsonException invalid)
        {
            throw DaprErrors.CloudEventCreation(options.PubsubName, invalid.Message);
        }
    }
}
