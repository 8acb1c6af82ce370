using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>The queries whose answers are compared, by label.</summary>
internal static class SampleQueries
{
    private static readonly (string Label, string AsOf, string RateDate)[] Dates =
    [
        ("today", "", ""),
        ("on 2026-03-31", "2026-03-31", ""),
        ("on 2025-06-30", "2025-06-30", ""),
        ("on 2024-02-29 at the rates of 2026-04-27", "2024-02-29", "2026-04-27"),
        ("on 2021-12-31 at the rates of 2023-12-31", "2021-12-31", "2023-12-31"),
    ];

    private static readonly (string Label, PortfolioFilter Filter)[] Filters =
    [
        ("in France", new() { Countries = { "FR" } }),
        ("in three countries", new() { Countries = { "AU", "CA", "US" } }),
        ("of lithium", new() { Minerals = { "lithium" } }),
        ("of gallium or germanium", new() { Minerals = { "gallium", "germanium" } }),
        ("in construction", new() { Stages = { Stage.Construction } }),
        ("at an unknown stage or operating", new() { Stages = { Stage.Unspecified, Stage.Operating } }),
        ("recycling", new() { Kinds = { ProjectKind.Recycling } }),
        ("of two projects", new() { Projects = { "projects/neo-narva", "projects/element25-louisiana" } }),
        ("of nothing", new() { Countries = { "IS" } }),
        ("of lithium mining in permitting or construction in Europe's countries", new()
        {
            Minerals = { "lithium" },
            Kinds = { ProjectKind.Mining },
            Stages = { Stage.Permitting, Stage.Construction },
            Countries = { "CZ", "DE", "FI", "ES", "PT" },
        }),
        ("by loan", new() { Instruments = { Instrument.Loan } }),
        ("by grant or offtake", new() { Instruments = { Instrument.Grant, Instrument.Offtake } }),
        ("by offtake alone", new() { Instruments = { Instrument.Offtake } }),
        ("of one investor", new() { Investors = { "investors/us-dow" } }),
        ("of two investors, by equity, of rare earths", new()
        {
            Investors = { "investors/usa-rare-earth", "investors/stellantis" }, Instruments = { Instrument.Equity }, Minerals = { "rare-earths" },
        }),
    ];

    public static IReadOnlyDictionary<string, PortfolioQuery> All { get; } = new Dictionary<string, PortfolioQuery>(
    [
        .. from currency in (string[])["EUR", "USD", "JPY", "GBP", "KRW", "NOK", "CZK"]
           from date in Dates
           select KeyValuePair.Create($"everything in {currency} {date.Label}", Query(currency, date.AsOf, date.RateDate)),
        .. from filter in Filters
           from asOf in (string[])["", "2025-12-31"]
           select KeyValuePair.Create(
               $"{filter.Label} {(asOf.Length == 0 ? "today" : "in USD on 2025-12-31")}",
               Query(asOf.Length == 0 ? "" : "USD", asOf, "", filter.Filter)),
    ]);

    public static PortfolioQuery Query(string currency, string asOf, string rateDate, PortfolioFilter? filter = null) =>
        new() { ReportingCurrency = currency, AsOf = SampleFiles.ToDate(asOf), RateDate = SampleFiles.ToDate(rateDate), Filter = filter };
}
