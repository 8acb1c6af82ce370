using System.CommandLine;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Portfolio.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining shares --by mineral</c>: the shares of the sides, by group.</summary>
internal static class SharesCommand
{
    public static Command Build(Session session)
    {
        var query = new QueryOptions();
        var by = Options.Choice<CoInvestmentGrouping>("--by", "Group by", "project");
        var measure = Options.Choice<Measure>("--measure", "The measure", "committed");
        var joint = new Option<bool>("--joint") { Description = "Only joint projects (money of at least two sides)" };
        var largestFirst = new Option<bool>("--largest-first") { Description = "Sort by amount, largest first. Default: by key" };
        var amounts = new Option<bool>("--amounts") { Description = "Print one row per side, with its amount" };
        var command = new Command(
            "shares", "Shares of each side by project, mineral, country, stage, instrument, investor, year or kind.")
        {
            by, measure, joint, largestFirst, amounts,
        };
        query.AddTo(command);
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var request = new ListCoInvestmentsRequest
            {
                Query = query.Read(parse),
                GroupBy = parse.GetValue(by) is var grouping and not CoInvestmentGrouping.Unspecified
                    ? grouping
                    : CoInvestmentGrouping.Project,
                Measure = parse.GetValue(measure) is var asked and not Measure.Unspecified ? asked : Measure.Committed,
                JointOnly = parse.GetValue(joint),
                OrderBy = parse.GetValue(largestFirst) ? CoInvestmentOrder.Total : CoInvestmentOrder.Key,
                PageSize = Pages.Size,
            };
            return await session.List(
                parse,
                [request],
                gateway.Portfolio.ListCoInvestmentsAsync,
                pages => Write(session, request, pages, parse.GetValue(amounts)),
                cancellation);
        });
        return command;
    }

    private static void Write(
        Session session, ListCoInvestmentsRequest request, IReadOnlyList<ListCoInvestmentsResponse> pages, bool withAmounts)
    {
        var last = pages[^1];
        var projects = request.JointOnly ? "joint projects" : "all projects";
        session.Console.Heading($"{EnumNames.Of(request.Measure)} by {EnumNames.Of(request.GroupBy)}, {projects}");
        CoInvestmentView.Write(session.Console, request.GroupBy, [.. pages.SelectMany(page => page.Rows)], last, withAmounts);
        Freshness.WriteRates(session.Console, last.Rates, rateDate: null);
        Confidential.Write(session.Console, last.ConfidentialWithheld, last.ConfidentialTotals);
        Freshness.Write(session.Console, last.Freshness);
    }
}
