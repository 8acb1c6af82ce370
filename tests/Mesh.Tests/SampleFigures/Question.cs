using Google.Protobuf.Collections;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Date = Google.Type.Date;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>A query, in the words of these tests; empty lists mean any.</summary>
internal sealed record Question(string Label)
{
    public string Currency { get; init; } = "";

    public DateOnly? AsOf { get; init; }

    public DateOnly? RateDate { get; init; }

    public string[] Projects { get; init; } = [];

    public string[] Countries { get; init; } = [];

    public string[] Stages { get; init; } = [];

    public string[] Minerals { get; init; } = [];

    public string[] Kinds { get; init; } = [];

    public string[] Instruments { get; init; } = [];

    public string[] Investors { get; init; } = [];

    public PortfolioQuery ToQuery()
    {
        var filter = new PortfolioFilter
        {
            Projects = { Projects.Select(id => $"projects/{id}") },
            Countries = { Countries },
            Minerals = { Minerals },
            Investors = { Investors.Select(id => $"investors/{id}") },
        };
        Add(filter.Stages, Stages, Stage.Unspecified);
        Add(filter.Kinds, Kinds, ProjectKind.Unspecified);
        Add(filter.Instruments, Instruments, Instrument.Unspecified);
        return new PortfolioQuery { ReportingCurrency = Currency, AsOf = ToDate(AsOf), RateDate = ToDate(RateDate), Filter = filter };
    }

    private static Date? ToDate(DateOnly? date) =>
        date is null ? null : new Date { Year = date.Value.Year, Month = date.Value.Month, Day = date.Value.Day };

    private static void Add<T>(RepeatedField<T> field, string[] names, T unknown)
        where T : struct, Enum =>
        field.Add(names.Select(name => name.Length == 0 ? unknown : Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)));
}
