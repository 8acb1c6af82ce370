using System.CommandLine;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Cli.Shell;

/// <summary>The options that select what a figure covers: the fields of the API's <c>PortfolioQuery</c>.</summary>
internal sealed class QueryOptions
{
    private readonly Option<DateOnly?> asOf = Options.Date("--as-of", "The effective date of the figures. Default: today (UTC)");
    private readonly Option<DateOnly?> rateDate = Options.Date(
        "--rate-date", "The date of the exchange rates. Default: the date of --as-of");

    private readonly Option<string?> currency = new("--currency")
    {
        Description = "The reporting currency (ISO 4217). Default: the partnership's",
        HelpName = "USD",
    };

    private readonly Option<string?> partnership = new("--partnership")
    {
        Description = "The partnership whose shares are computed. May be omitted if there is only one",
        HelpName = "id",
    };

    private readonly Option<string[]> projects = Options.Texts("--project", "Only this project", "id");
    private readonly Option<string[]> countries = Options.Texts("--country", "Only projects in this country", "code");
    private readonly Option<Stage[]> stages = Options.Choices<Stage>("--stage", "Only projects in this stage", acceptUnknown: true);
    private readonly Option<string[]> minerals = Options.Texts("--mineral", "Only projects with this mineral", "name");
    private readonly Option<ProjectKind[]> kinds = Options.Choices<ProjectKind>("--kind", "Only projects of this kind");
    private readonly Option<Instrument[]> instruments = Options.Choices<Instrument>("--instrument", "Only this instrument");
    private readonly Option<string[]> investors = Options.Texts("--investor", "Only commitments of this investor", "id");

    /// <summary>All options, or those that are no filters.</summary>
    public void AddTo(Command command, bool withFilter = true)
    {
        Option[] always = [asOf, rateDate, currency, partnership];
        Option[] filter = [projects, countries, stages, minerals, kinds, instruments, investors];
        foreach (var option in withFilter ? [.. always, .. filter] : always)
            command.Options.Add(option);
    }

    public DateOnly? AsOf(ParseResult parse) => parse.GetValue(asOf);

    public DateOnly? RateDate(ParseResult parse) => parse.GetValue(rateDate);

    public string? Partnership(ParseResult parse) => parse.GetValue(partnership);

    /// <summary>The query. Omitted options use the server's defaults.</summary>
    public PortfolioQuery Read(ParseResult parse)
    {
        var query = new PortfolioQuery
        {
            AsOf = Wire(parse.GetValue(asOf)),
            RateDate = Wire(parse.GetValue(rateDate)),
            ReportingCurrency = parse.GetValue(currency)?.Trim().ToUpperInvariant() ?? "",
            Partnership = parse.GetValue(partnership) is { } id ? ResourceNames.Full(ResourceNames.Partnerships, id) : "",
        };
        var filter = new PortfolioFilter
        {
            Projects = { Of(parse, projects).Select(id => ResourceNames.Full(ResourceNames.Projects, id)) },
            Countries = { Of(parse, countries).Select(Options.Country) },
            Stages = { Of(parse, stages) },
            Minerals = { Of(parse, minerals).Select(Options.Mineral) },
            Kinds = { Of(parse, kinds) },
            Instruments = { Of(parse, instruments) },
            Investors = { Of(parse, investors).Select(id => ResourceNames.Full(ResourceNames.Investors, id)) },
        };
        if (filter.CalculateSize() > 0)
            query.Filter = filter;
        return query;
    }

    private static T[] Of<T>(ParseResult parse, Option<T[]> option) => parse.GetValue(option) ?? [];

    private static Google.Type.Date? Wire(DateOnly? date) => date is { } day ? PartialDate.From(day).ToDate() : null;
}
