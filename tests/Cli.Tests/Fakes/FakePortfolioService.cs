using Google.Protobuf;
using Grpc.Core;
using Mining.Portfolio.V1;

namespace Mining.Cli.Tests.Fakes;

/// <summary>Returns the answers set by a test and records the requests.</summary>
internal sealed class FakePortfolioService : PortfolioService.PortfolioServiceBase
{
    public List<IMessage> Requests { get; } = [];

    public Func<GetPortfolioSummaryRequest, PortfolioSummary> Summary { get; set; } = _ => new PortfolioSummary();

    public Func<ListCoInvestmentsRequest, ListCoInvestmentsResponse> CoInvestments { get; set; } = _ => new ListCoInvestmentsResponse();

    public Func<ListPipelineRequest, ListPipelineResponse> Pipeline { get; set; } = _ => new ListPipelineResponse();

    public Func<GetProjectDossierRequest, ProjectDossier> Dossier { get; set; } = _ => new ProjectDossier();

    /// <summary>The events of each watch: every new watch takes the next entry.</summary>
    public Queue<Func<IServerStreamWriter<WatchPortfolioResponse>, CancellationToken, Task>> Watches { get; } = new();

    public override Task<PortfolioSummary> GetPortfolioSummary(GetPortfolioSummaryRequest request, ServerCallContext context) =>
        Answer(request, Summary);

    public override Task<ListCoInvestmentsResponse> ListCoInvestments(ListCoInvestmentsRequest request, ServerCallContext context) =>
        Answer(request, CoInvestments);

    public override Task<ListPipelineResponse> ListPipeline(ListPipelineRequest request, ServerCallContext context) =>
        Answer(request, Pipeline);

    public override Task<ProjectDossier> GetProjectDossier(GetProjectDossierRequest request, ServerCallContext context) =>
        Answer(request, Dossier);

    public override async Task WatchPortfolio(
        WatchPortfolioRequest request, IServerStreamWriter<WatchPortfolioResponse> responseStream, ServerCallContext context)
    {
        Requests.Add(request);
        await Watches.Dequeue()(responseStream, context.CancellationToken);
    }

    private Task<TResponse> Answer<TRequest, TResponse>(TRequest request, Func<TRequest, TResponse> answer)
        where TRequest : IMessage
    {
        lock (Requests)
            Requests.Add(request);
        return Task.FromResult(answer(request));
    }
}
