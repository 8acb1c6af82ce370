using Grpc.Core;
using Mining.Changes.V1;
using Mining.Platform.Calls;
using Mining.Platform.Errors;
using Mining.Platform.Feed;
using static Mining.Changes.V1.ChangeFeedService;

namespace Mining.Gateway.Api;

/// <summary>The change feeds of all services. A call is forwarded to the service named by its <c>source</c>.</summary>
public sealed class ForwardedFeeds(IServiceCalls services, IHostApplicationLifetime lifetime) : ChangeFeedServiceBase
{
    public override async Task ReadChanges(
        ReadChangesRequest request, IServerStreamWriter<ReadChangesResponse> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var feed = To(request.Source).ReadChanges(request, context.Onward());
        var position = request.AfterSequence;
        try
        {
            await foreach (var answer in feed.ResponseStream.ReadAllAsync(ending.Token))
            {
                await responseStream.WriteAsync(answer, ending.Token);
                position = answer.Changes.Count > 0 ? answer.Changes[^1].Sequence : position;
            }
        }
        catch (Exception exception) when (IsStopping(exception, lifetime) && !context.CancellationToken.IsCancellationRequested)
        {
            // End the stream when the gateway stops; otherwise the stream would delay the shutdown and then break.
            throw new RefusedException(ChangeFeedGrpcService.Stopping(position));
        }
    }

    public override async Task<VerifyChainResponse> VerifyChain(VerifyChainRequest request, ServerCallContext context) =>
        await To(request.Source).VerifyChainAsync(request, context.Onward());

    public override async Task<ListParkedChangesResponse> ListParkedChanges(ListParkedChangesRequest request, ServerCallContext context) =>
        await To(request.Source).ListParkedChangesAsync(request, context.Onward());

    public override async Task<RedriveChangesResponse> RedriveChanges(RedriveChangesRequest request, ServerCallContext context) =>
        await To(request.Source).RedriveChangesAsync(request, context.Onward());

    /// <summary>Whether a stream ends because the gateway stops.</summary>
    internal static bool IsStopping(Exception exception, IHostApplicationLifetime lifetime) =>
        exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled } && lifetime.ApplicationStopping.IsCancellationRequested;

    private ChangeFeedServiceClient To(string source) => new(services.ToSource(source));
}
