using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Mining.LocalMesh.Sidecar;

/// <summary>The refusals of Dapr's pub/sub API, with its codes, messages and details.</summary>
internal static class DaprErrors
{
    public static RpcException PubsubNameEmpty() =>
        Of(Code.InvalidArgument, "pubsub name is empty", "PUBSUB_NAME_EMPTY", "");

    public static RpcException PubsubNotFound(string name) =>
        Of(Code.InvalidArgument, $"pubsub {name} is not found", "PUBSUB_NOT_FOUND", resource: null);

    public static RpcException TopicEmpty(string name) =>
        Of(Code.InvalidArgument, $"topic is empty in pubsub {name}", "PUBSUB_TOPIC_NAME_EMPTY", name);

    public static RpcException CloudEventCreation(string name, string error) =>
        Of(Code.InvalidArgument, "cannot create cloudevent", "PUBSUB_CLOUD_EVENT_CREATION", name, error);

    public static RpcException EntryIds(string name, string topic) =>
        Of(Code.InvalidArgument,
            $"error marshaling events to bytes for topic {topic} pubsub {name}. error: entryId is duplicated or not present for entry",
            "PUBSUB_MARSHAL_EVENTS", name, "entryId is duplicated or not present for entry");

    public static RpcException Publish(string name, string topic, string error) =>
        Of(Code.Internal, $"error when publishing to topic {topic} in pubsub {name}: {error}", "PUBSUB_PUBLISH_MESSAGE", name, error);

    public static RpcException Unauthorized(string error)
    {
        var info = new ErrorInfo { Domain = "dapr.io", Reason = "Unauthorized" };
        info.Metadata.Add("http.code", "401");
        info.Metadata.Add("http.error_message", error);
        return new Google.Rpc.Status { Code = (int)Code.Unauthenticated, Message = "Unauthorized", Details = { Any.Pack(info) } }.ToRpcException();
    }

    private static RpcException Of(Code code, string message, string reason, string? resource, string? error = null)
    {
        var info = new ErrorInfo { Domain = "dapr.io", Reason = $"DAPR_{reason}" };
        if (error is not null)
            info.Metadata.Add("error", error);
        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        if (resource is not null)
            status.Details.Add(Any.Pack(new ResourceInfo { ResourceType = "pubsub", ResourceName = resource, Description = message }));
        return status.ToRpcException();
    }
}
