using Google.Protobuf;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Tests.Building;

/// <summary>All that the gateway can say, as text that a test can compare.</summary>
internal static class Answers
{
    /// <summary>Every answer there is about a date, or why there is none.</summary>
    public static string About(PortfolioSnapshot snapshot, DateOnly asOf) =>
        To(World.Reader, snapshot, new PortfolioQuery { AsOf = Write.Date($"{asOf:yyyy-MM-dd}") }, asOf);

    /// <summary>Every answer there is to a caller's query, or why there is none.</summary>
    public static string To(Caller caller, PortfolioSnapshot snapshot, PortfolioQuery query, DateOnly today)
    {
        var tokens = new PageTokens([]);
        var unfiltered = query.Clone();
        unfiltered.Filter = null;
        IEnumerable<Func<IMessage>> answers =
        [
            () => new GetPortfolioSummary(new()).Answer(snapshot, new() { Query = query }, caller, today, []),
            .. Enum.GetValues<PipelineOrder>().Select(order => (Func<IMessage>)(() =>
                new ListPipeline(new(), tokens).Answer(snapshot, new() { Query = query, OrderBy = order }, caller, today, []))),
            .. from grouping in Enum.GetValues<CoInvestmentGrouping>()
               from measure in Enum.GetValues<Measure>()
               select (Func<IMessage>)(() => new ListCoInvestments(tokens).Answer(
                   snapshot, new() { Query = query, GroupBy = grouping, Measure = measure, JointOnly = measure == Measure.Pledged }, caller, today, [])),
            .. Enumerable.Range(0, 5).Select(number => $"projects/p{number}").Append("projects/mine").Select(name => (Func<IMessage>)(() =>
                new GetProjectDossier(new()).Answer(snapshot, new() { Name = name, Query = unfiltered }, caller, today, []))),
        ];
        return string.Join("\n", answers.Select(answer =>
        {
            try
            {
                return answer().ToByteString().ToBase64();
            }
            catch (RefusedException refused)
            {
                return refused.Message;
            }
        }));
    }
}
