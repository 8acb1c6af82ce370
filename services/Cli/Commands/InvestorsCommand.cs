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
            var investors = new List<Investor>();
            await foreach (var page in Pages.Walk(
                token =>
                    gateway.Investors.ListInvestorsAsync(new(request) { PageToken = token }, Gateway.Unary(cancellation)).ResponseAsync,
                page => page.NextPageToken, cancellation))
            {
                if (session.WantsJson(parse))
                    session.WriteJson(page);
                else
                    investors.AddRange(page.Investors);
            }

            if (!session.WantsJson(parse))
                ListViews.Write(session.Console, investors);
            return ExitCode.Ok;
        });
        return command;
    }
}
