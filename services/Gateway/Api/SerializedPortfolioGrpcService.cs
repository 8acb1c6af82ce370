using Google.Protobuf;
using Grpc.Core;
using Mining.Gateway.Engine;
using Mining.Gateway.Features;
using Mining.Gateway.Follow;
using Mining.Platform.Authentication;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Api;

/// <summary>
/// The same responses as <see cref="PortfolioGrpcService"/>, written from cached bytes: a summary is serialized once per snapshot instead
/// of once per call, and one message serves all watchers of a query. Copying and serializing the message would cost more processor time
/// than all the rest of a call.
/// </summary>
/// <remarks>
/// An interceptor cannot do this: it returns a message, which the method's marshaller serializes, and generated methods have a marshaller
/// of their own. So this service declares the two methods with a marshaller that copies bytes, and <see cref="PortfolioApi"/> maps it
/// before the generated service on the same paths. Interceptors run as for every other method. JSON needs message objects, so JSON
/// transcoding uses the generated service.
/// </remarks>
[BindServiceMethod(typeof(SerializedPortfolioGrpcService), nameof(Bind))]
public class SerializedPortfolioGrpcService(
    PortfolioFollower follower, GetPortfolioSummary getPortfolioSummary, WatchPortfolio watchPortfolio, TimeProvider time)
{
    private static readonly Marshaller<SerializedAnswer> Answers = Marshallers.Create<SerializedAnswer>(
        Write, (DeserializationContext _) => throw new NotSupportedException("Responses are only serialized here."));

    private static readonly Method<GetPortfolioSummaryRequest, SerializedAnswer> SummaryMethod = new(
        MethodType.Unary, PortfolioService.Descriptor.FullName, nameof(GetPortfolioSummary), Requests(GetPortfolioSummaryRequest.Parser), Answers);

    private static readonly Method<WatchPortfolioRequest, SerializedAnswer> WatchMethod = new(
        MethodType.ServerStreaming, PortfolioService.Descriptor.FullName, nameof(WatchPortfolio), Requests(WatchPortfolioRequest.Parser), Answers);

    /// <summary>Null, so that reflection and JSON transcoding use the other service.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor? Descriptor => null;

    public static void Bind(ServiceBinderBase binder, SerializedPortfolioGrpcService? service)
    {
        binder.AddMethod(SummaryMethod, service is null ? null : service.GetPortfolioSummary);
        binder.AddMethod(WatchMethod, service is null ? null : service.WatchPortfolio);
    }

    public virtual Task<SerializedAnswer> GetPortfolioSummary(GetPortfolioSummaryRequest request, ServerCallContext call)
    {
        var view = follower.View;
        var ready = getPortfolioSummary.Ready(view.Snapshot, request, Caller.From(call), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        return Task.FromResult(SerializedAnswer.Of(ready, view.SerializeFreshness(time)));
    }

    public virtual Task WatchPortfolio(WatchPortfolioRequest request, IServerStreamWriter<SerializedAnswer> responseStream, ServerCallContext call) =>
        watchPortfolio.Run(request, Caller.From(call), responseStream.WriteAsync, call.CancellationToken);

    private static Marshaller<T> Requests<T>(MessageParser<T> parser)
        where T : IMessage<T> => Marshallers.Create<T>(
        (_, _) => throw new NotSupportedException("Requests are only parsed here."), context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static void Write(SerializedAnswer answer, SerializationContext context)
    {
        context.SetPayloadLength(answer.Length);
        answer.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
