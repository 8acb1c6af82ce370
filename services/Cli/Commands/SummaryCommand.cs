using System.CommandLine;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Portfolio.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining summary</c>: the shares of the sides, and the health of the pipeline.</summary>
internal static class SummaryCommand
{
    public static Command Build(Session session)
    {
        var query = new QueryOptions();
        var measure = Options.Choice<Measure>("--measure", "Show only this measure in tables", "all");
        var nonAdditive = new Option<bool>("--non-additive") { Description = "List the commitments that are not additive, one by one" };
        var command = new Command(
            "summary", "Shares of each side, over all projects and over joint ones, and the health of the pipeline.")
        {
            measure, nonAdditive,
        };
        query.AddTo(command);
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var summary = await gateway.Portfolio.GetPortfolioSummaryAsync(
                new GetPortfolioSummaryRequest { Query = query.Read(parse) }, Gateway.Unary(cancellation));
            if (session.WantsJson(parse))
            {
                session.WriteJson(summary);
                return ExitCode.Ok;
            }

            var only = parse.GetValue(measure);
            SummaryView.Write(session.Console, summary, only == Measure.Unspecified ? null : only, parse.GetValue(nonAdditive));
            return ExitCode.Ok;
        });
        return command;
    }
}
