using System.CommandLine;
using Mining.Cli.Shell;
using Mining.Cli.Views;
using Mining.Portfolio.V1;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Commands;

/// <summary><c>mining pipeline</c>: the list of projects with their health.</summary>
internal static class PipelineCommand
{
    private static readonly Dictionary<string, PipelineOrder> Orders = new()
    {
        ["score"] = PipelineOrder.Score,
        ["gap"] = PipelineOrder.FundingGap,
        ["capital-cost"] = PipelineOrder.CapitalCost,
    };

    public static Command Build(Session session)
    {
        var query = new QueryOptions();
        var order = new Option<string>("--order")
        {
            Description = "Sort by score (lowest first), gap or capital-cost (largest first). Default: score",
            HelpName = "name",
            DefaultValueFactory = _ => "score",
        };
        order.Validators.Add(result =>
        {
            if (!Orders.ContainsKey(result.GetValueOrDefault<string>()))
                result.AddError($"--order: {Quote.Of(result.GetValueOrDefault<string>())} is not one of {string.Join(", ", Orders.Keys)}.");
        });
        var top = new Option<int?>("--top") { Description = $"Only the first N, 1 to {Pages.Size}. Default: all", HelpName = "N" };
        top.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() is < 1 or > Pages.Size)
                result.AddError($"--top must be 1 to {Pages.Size}.");
        });
        var command = new Command("pipeline", "List projects with their health, capital cost and funding gap.") { order, top };
        query.AddTo(command);
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var request = new ListPipelineRequest
            {
                Query = query.Read(parse),
                OrderBy = Orders[parse.GetValue(order)!],
                PageSize = parse.GetValue(top) ?? Pages.Size,
            };
            return await session.List(
                parse,
                [request],
                gateway.Portfolio.ListPipelineAsync,
                pages =>
                {
                    PipelineView.WriteList(session.Console, [.. pages.SelectMany(page => page.Entries)]);
                    Freshness.WriteRates(session.Console, pages[^1].Rates, rateDate: null);
                    Confidential.Write(session.Console, pages[^1].ConfidentialWithheld, []);
                    Freshness.Write(session.Console, pages[^1].Freshness);
                },
                cancellation,
                maxPages: parse.GetValue(top) is null ? int.MaxValue : 1);
        });
        return command;
    }
}
