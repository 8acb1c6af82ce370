using Google.Protobuf;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Simulation.Model.Figures;

/// <summary>Queries every figure of a query, and compares each with the model's.</summary>
public static class PortfolioComparison
{
    /// <summary>Every figure that differs, with its answer.</summary>
    /// <param name="ask">Answers a request for a summary, a pipeline, co-investments or a dossier.</param>
    /// <param name="today">The report date if the query names none.</param>
    /// <param name="sides">The sides for which the caller acts. Null: it sees everything.</param>
    /// <param name="withDossiers">Whether to query the dossier of each project too; its figures do not depend on the filter.</param>
    public static async Task<IReadOnlyList<string>> Differences(
        MeshModel model, PortfolioQuery query, DateOnly today, Func<IMessage, Task<IMessage>> ask,
        IReadOnlyCollection<string>? sides = null, bool withDossiers = true)
    {
        var expected = model.Portfolio(query, today, sides);
        List<(IMessage Request, IMessage Expected)> answers =
        [
            (new GetPortfolioSummaryRequest { Query = query }, expected.Summary()),
            (new ListPipelineRequest { Query = query, PageSize = 1_000 }, expected.Pipeline()),
            .. from grouping in Enum.GetValues<CoInvestmentGrouping>()
               where grouping != CoInvestmentGrouping.Unspecified
               from measure in DatedMeasures.All
               from jointOnly in (bool[])[false, true]
               select (
                   (IMessage)new ListCoInvestmentsRequest
                   {
                       Query = query,
                       GroupBy = grouping,
                       Measure = measure,
                       JointOnly = jointOnly,
                       PageSize = 1_000,
                   },
                   (IMessage)expected.CoInvestments(grouping, measure, jointOnly)),
            .. from project in withDossiers ? model.AllOf<Project>() : []
               select (
                   (IMessage)new GetProjectDossierRequest { Name = project.Name, Query = new PortfolioQuery(query) { Filter = null } },
                   (IMessage)expected.Dossier(project.Name)),
        ];
        var differences = new List<string>();
        foreach (var (request, answer) in answers)
            differences.AddRange(AnswerComparison.Differences(answer, await ask(request)).Select(difference => $"{request}: {difference}"));
        return differences;
    }

    /// <summary>Sends a request to the gateway.</summary>
    public static async Task<IMessage> Ask(this PortfolioService.PortfolioServiceClient gateway, IMessage request) => request switch
    {
        GetPortfolioSummaryRequest summary => await gateway.GetPortfolioSummaryAsync(summary),
        ListPipelineRequest pipeline => await gateway.ListPipelineAsync(pipeline),
        ListCoInvestmentsRequest groups => await gateway.ListCoInvestmentsAsync(groups),
        GetProjectDossierRequest dossier => await gateway.GetProjectDossierAsync(dossier),
        _ => throw new ArgumentException($"{request.Descriptor.FullName} does not query figures."),
    };
}
