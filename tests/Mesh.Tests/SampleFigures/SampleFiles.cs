using System.Globalization;
using Google.Type;
using Microsoft.VisualBasic.FileIO;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Date = Google.Type.Date;
using Decimal = Google.Type.Decimal;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>The sample's CSV files as records, as the import is designed to map them. Shares no code with the import.</summary>
internal static class SampleFiles
{
    private static readonly (string Tag, CountingBasis Basis)[] Tags =
    [
        ("[consortium-total]", CountingBasis.ConsortiumTotal), ("[company-level]", CountingBasis.CompanyLevel),
        ("[acquisition]", CountingBasis.AcquisitionPrice), ("[gross-of-grants]", CountingBasis.GrossOfGrants),
        ("[overlaps-other-row]", CountingBasis.Overlap), ("[indicative-envelope]", CountingBasis.Indicative),
        ("[requested-not-awarded]", CountingBasis.Indicative), ("[unit-price]", CountingBasis.UnitPrice),
    ];

    private static readonly string[] Union =
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "EU", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL",
        "PL", "PT", "RO", "SE", "SI", "SK",
    ];

    public static IReadOnlyList<IVersionedResource> Load(string folder) =>
    [
        new Partnership
        {
            Name = "partnerships/eu-us",
            ReportingCurrency = "EUR",
            Sides =
            {
                new Side { SideId = "EU", TargetSharePpm = 500_000, Countries = { Union } },
                new Side { SideId = "US", TargetSharePpm = 500_000, Countries = { "US" } },
            },
        },
        .. Rows(folder, "projects.csv").Select(Project),
        .. Rows(folder, "investors.csv").Select(
            row => new Investor { Name = $"investors/{row["investor_id"]}", DisplayName = row["name"], Country = row["country"] }),
        .. Rows(folder, "commitments.csv").Select(Commitment),
        .. Rows(folder, "fx_rates.csv").GroupBy(row => row["date"]).Select(day => new ExchangeRateTable
        {
            Name = $"exchangeRateTables/{day.Key}",
            Date = ToDate(day.Key),
            Rates = { day.Select(row => new ExchangeRate { CurrencyCode = row["currency"], UnitsPerEuro = new() { Value = row["per_eur"] } }) },
        }),
    ];

    /// <summary>A full date, a year and month, or a year. Null: no date.</summary>
    public static Date? ToDate(string text)
    {
        if (text.Length == 0)
            return null;
        var parts = text.Split('-').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new Date { Year = parts[0], Month = parts.ElementAtOrDefault(1), Day = parts.ElementAtOrDefault(2) };
    }

    private static Project Project(IReadOnlyDictionary<string, string> row)
    {
        string[] minerals = [.. row["minerals"].Split(';').Select(mineral => mineral.Trim().Replace(' ', '-')).Where(mineral => mineral.Length > 0)];
        var project = new Project
        {
            Name = $"projects/{row["project_id"]}",
            DisplayName = row["name"],
            Country = row["country"],
            Kinds = { row["kind"].Split('+').Select(Value<ProjectKind>) },
            Minerals = { minerals },
            Stage = row["stage"].Length == 0 ? Stage.Unspecified : Value<Stage>(row["stage"]),
            CapitalCost = Money(row["capex_amount"], row["capex_currency"]),
            PlannedFirstProduction = ToDate(row["planned_first_production"]),
        };
        if (row["planned_output_t_per_year"].Length > 0 && minerals is [var only])
            project.Outputs.Add(new Output { Mineral = only, TonnesPerYear = new Decimal { Value = row["planned_output_t_per_year"] } });
        return project;
    }

    private static Commitment Commitment(IReadOnlyDictionary<string, string> row)
    {
        var (amount, date) = (Money(row["amount"], row["currency"]), ToDate(row["date"]));
        var commitment = new Commitment
        {
            Name = $"commitments/{row["commitment_id"]}",
            Investor = $"investors/{row["investor_id"]}",
            Project = $"projects/{row["project_id"]}",
            Instrument = Value<Instrument>(row["instrument"]),
            CurrencyCode = row["currency"],
            Amount = amount,
            CountingBasis = Tags.Where(tag => row["note"].StartsWith(tag.Tag, StringComparison.Ordinal))
                .Select(tag => tag.Basis).FirstOrDefault(CountingBasis.Additive),
            AnnouncementDate = date,
            Signing = row["status"] is "committed" or "disbursed" ? new Signing { Date = date } : null,
            Cancellation = row["status"] == "cancelled" ? new Cancellation { Date = date } : null,
        };
        if (row["status"] == "disbursed")
            commitment.Disbursements.Add(new Disbursement { Amount = amount, Date = date });
        return commitment;
    }

    private static Money? Money(string amount, string currency)
    {
        if (amount.Length == 0)
            return null;
        var value = decimal.Parse(amount, CultureInfo.InvariantCulture);
        return new Money { CurrencyCode = currency, Units = (long)value, Nanos = (int)(value % 1 * 1_000_000_000) };
    }

    private static T Value<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(string.Concat(word.Where(char.IsLetter)), ignoreCase: true);

    private static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string folder, string file)
    {
        using var parser = new TextFieldParser(Path.Combine(folder, file)) { Delimiters = [","] };
        var columns = parser.ReadFields()!;
        while (parser.ReadFields() is { } cells)
            yield return columns.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second);
    }
}
