using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Mining.LocalMesh.Sidecar;

/// <summary>
/// The RPCs of Dapr that the sidecar speaks, from the messages and service descriptors of <c>Dapr.Protos</c>:
/// that package has the sides of an app (a client of the runtime, a server of callbacks), the sidecar needs the opposite ones.
/// </summary>
internal static class DaprMethods
{
    private static readonly string Runtime = Dapr.Client.Autogen.Grpc.v1.Dapr.Descriptor.FullName;
    private static readonly string Callback = AppCallback.Descriptor.FullName;

    public static readonly Method<BulkPublishRequest, BulkPublishResponse> BulkPublishEvent =
        Unary<BulkPublishRequest, BulkPublishResponse>(Runtime, "BulkPublishEvent");

    public static readonly Method<Empty, ListTopicSubscriptionsResponse> ListTopicSubscriptions =
        Unary<Empty, ListTopicSubscriptionsResponse>(Callback, "ListTopicSubscriptions");

    public static readonly Method<TopicEventRequest, TopicEventResponse> OnTopicEvent =
        Unary<TopicEventRequest, TopicEventResponse>(Callback, "OnTopicEvent");

    public static readonly Method<Empty, HealthCheckResponse> HealthCheck =
        Unary<Empty, HealthCheckResponse>(AppCallbackHealthCheck.Descriptor.FullName, "HealthCheck");

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(string service, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new(MethodType.Unary, service, name, MarshallerOf<TRequest>(), MarshallerOf<TResponse>());

    private static Marshaller<T> MarshallerOf<T>()
        where T : class, IMessage<T>, new()
    {
        var parser = new MessageParser<T>(() => new T());
        return Marshallers.Create(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
    }
}

/// <summary>Maps what <see cref="DaprApi"/> answers; gRPC answers UNIMPLEMENTED for the rest of the service.</summary>
internal sealed class DaprApiMethods : IServiceMethodProvider<DaprApi>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DaprApi> context)
    {
        context.AddUnaryMethod(DaprMethods.BulkPublishEvent, [], (api, request, call) => api.BulkPublishEvent(request, call));
    }
}
