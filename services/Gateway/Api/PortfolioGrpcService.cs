using Grpc.Core;
using Mining.Gateway.Features;
using Mining.Gateway.Follow;
using Mining.Platform.Authentication;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Api;

/// <summary>The gateway's gRPC service; one line per method.</summary>
public sealed class PortfolioGrpcService(
    PortfolioFollower follower,
    GetPortfolioSummary getPortfolioSummary,
    ListCoInvestments listCoInvestments,
    ListPipeline listPipeline,
    GetProjectDossier getProjectDossier,
    WatchPortfolio watchPortfolio,
    TimeProvider time) : PortfolioService.PortfolioServiceBase
{
    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public override Task<PortfolioSummary> GetPortfolioSummary(GetPortfolioSummaryRequest request, ServerCallContext call) =>
        Answer(view => getPortfolioSummary.Answer(view.Snapshot, request, Caller.From(call), Today, view.Freshness(time)));

    public override Task<ListCoInvestmentsResponse> ListCoInvestments(ListCoInvestmentsRequest request, ServerCallContext call) =>
        Answer(view => listCoInvestments.Answer(view.Snapshot, request, Caller.From(call), Today, view.Freshness(time)));

    public override Task<ListPipelineResponse> ListPipeline(ListPipelineRequest request, ServerCallContext call) =>
        Answer(view => listPipeline.Answer(view.Snapshot, request, Caller.From(call), Today, view.Freshness(time)));

    public override Task<ProjectDossier> GetProjectDossier(GetProjectDossierRequest request, ServerCallContext call) =>
        Answer(view => getProjectDossier.Answer(view.Snapshot, request, Caller.From(call), Today, view.Freshness(time)));

    public override Task WatchPortfolio(
        WatchPortfolioRequest request, IServerStreamWriter<WatchPortfolioResponse> responseStream, ServerCallContext call) =>
        watchPortfolio.Run(
            request, Caller.From(call), (answer, cancellation) => responseStream.WriteAsync(WatchPortfolioResponse.Parser.ParseFrom(answer.ToBytes()), cancellation), call.CancellationToken);

    private Task<T> Answer<T>(Func<PortfolioState, T> answer) => Task.FromResult(answer(follower.View));
}
