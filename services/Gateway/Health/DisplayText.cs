using System.Globalization;
using Mining.Investors.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>Formats figures and enum values for people, in the reasons of scores and in names of groups.</summary>
internal static class DisplayText
{
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " " };

    /// <summary>Whole units: <c>1 250 000 EUR</c>. Cents would distract in a sentence; the tables have them.</summary>
    public static string Money(decimal amount, string currencyCode) => $"{amount.ToString("N0", Grouped)} {currencyCode}";

    /// <summary>One decimal: <c>62.5 %</c>.</summary>
    public static string Percent(decimal part) => $"{(part * 100).ToString("0.0", Grouped)} %";

    /// <summary>Parts per million as a percentage.</summary>
    public static string PercentOfPpm(int partsPerMillion) => Percent(partsPerMillion / 1_000_000m);

    /// <summary>One decimal: <c>13.5 months</c>.</summary>
    public static string Months(decimal months) => $"{months.ToString("0.0", Grouped)} months";

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>1 permit</c>, <c>2 permits</c>.</summary>
    public static string Count(int count, string noun) => $"{count.ToString("N0", Grouped)} {noun}{(count == 1 ? "" : "s")}";

    public static string Of(Stage stage) => stage switch
    {
        Stage.Unspecified => "unknown",
        Stage.PreFeasibility => "pre-feasibility",
        _ => stage.ToString().ToLowerInvariant(),
    };

    public static string Of(Instrument instrument) =>
        instrument == Instrument.PriceFloor ? "price floor" : instrument.ToString().ToLowerInvariant();

    public static string Of(ProjectKind kind) => kind switch
    {
        ProjectKind.Unspecified => "unknown",
        ProjectKind.Magnet => "magnets",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>Why a commitment with this counting basis is not additive.</summary>
    public static string Of(CountingBasis basis) => basis switch
    {
        CountingBasis.ConsortiumTotal => "the amount of several investors in one record",
        CountingBasis.CompanyLevel => "money for the company or group, only partly for this project",
        CountingBasis.AcquisitionPrice => "the price paid for a company",
        CountingBasis.GrossOfGrants => "a budget that includes grants recorded elsewhere",
        CountingBasis.Overlap => "part of another record",
        CountingBasis.Indicative => "reported or requested, but not awarded",
        CountingBasis.UnitPrice => "a price per unit, not an amount",
        _ => basis.ToString(),
    };

    /// <summary>The text with an upper-case first letter.</summary>
    public static string Capitalised(string text) => text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..]}";
}
