using System.CommandLine;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Investors.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining investors</c>: the list of investors.</summary>
internal static class InvestorsCommand
{
    public static Command Build(Session session)
    {
        var countries = Options.Texts("--country", "Only investors based in this country", "code");
        var kinds = Options.Choices<InvestorKind>("--kind", "Only investors of this kind");
        var text = new Option<string?>("--text") { Description = "Only investors whose id or name contains this text", HelpName = "text" };
        var command = new Command("investors", "List investors with their known owners.") { countries, kinds, text };
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var request = new ListInvestorsRequest
            {
                PageSize = Pages.Size,
                Countries = { (parse.GetValue(countries) ?? []).Select(Options.Country) },
                Kinds = { parse.GetValue(kinds) ?? [] },
                Text = parse.GetValue(text) ?? "",
            };
            return await session.List(
                parse,
                [request],
                gateway.Investors.ListInvestorsAsync,
                pages => ListViews.Write(session.Console, [.. pages.SelectMany(page => page.Investors)]),
                cancellation);
        });
        return command;
    }
}
