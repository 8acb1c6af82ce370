using System.CommandLine;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Refining.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining facilities</c>: the list of refineries and plants.</summary>
internal static class FacilitiesCommand
{
    public static Command Build(Session session)
    {
        var countries = Options.Texts("--country", "Only facilities in this country", "code");
        var minerals = Options.Texts("--mineral", "Only facilities that refine this mineral", "name");
        var statuses = Options.Choices<FacilityStatus>("--status", "Only facilities with this status", acceptUnknown: true);
        var text = new Option<string?>("--text")
        {
            Description = "Only facilities whose id, name or operator contains this text",
            HelpName = "text",
        };
        var command = new Command("facilities", "List refineries and plants with their capacity.") { countries, minerals, statuses, text };
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var request = new ListFacilitiesRequest
            {
                PageSize = Pages.Size,
                Countries = { (parse.GetValue(countries) ?? []).Select(Options.Country) },
                Minerals = { (parse.GetValue(minerals) ?? []).Select(Options.Mineral) },
                Statuses = { parse.GetValue(statuses) ?? [] },
                Text = parse.GetValue(text) ?? "",
            };
            return await session.List(
                parse,
                [request],
                gateway.Refining.ListFacilitiesAsync,
                pages => ListViews.Write(session.Console, [.. pages.SelectMany(page => page.Facilities)]),
                cancellation);
        });
        return command;
    }
}
