using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Google.Type;
using Mining.Primitives.Numbers;
using Date = Google.Type.Date;
using Decimal = Google.Type.Decimal;

namespace Mining.Cli.Views;

/// <summary>Formats figures for people. Nothing is rounded unless stated.</summary>
internal static class Figures
{
    /// <summary>Shown in place of a missing figure.</summary>
    public const string None = "–";

    private const int PpmPerPercent = 10_000;

    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " " };

    /// <summary>Parts per million as percent, exactly: <c>52.3456 %</c>.</summary>
    public static string Percent(int ppm) => $"{Sign(ppm, plus: "")}{Magnitude(ppm)} %";

    /// <summary>A difference of shares in percentage points, exactly and with its sign: <c>+2.3456 pp</c>.</summary>
    public static string PercentagePoints(int ppm) => $"{Sign(ppm, plus: "+")}{Magnitude(ppm)} pp";

    /// <summary>An amount without its currency, which the heading shows: <c>1 234 567.89</c>.</summary>
    public static string Amount(Money? money) =>
        money is null ? None
        : Primitives.Numbers.Amount.TryRead(money, out var amount, out _) && Currency.TryGet(amount.CurrencyCode, out var currency)
            ? amount.ToMajorUnits().ToString($"N{currency.MinorDigits}", Grouped)
            : FormattableString.Invariant($"{money.Units} and {money.Nanos} nanos");

    /// <summary>An amount with its currency.</summary>
    public static string AmountWithCurrency(Money? money, string absent = "undisclosed") =>
        money is null ? absent : $"{Amount(money)} {money.CurrencyCode}";

    /// <summary>An amount in millions, rounded half-even to one decimal, for overviews; <c>--json</c> has the exact amount.</summary>
    public static string Millions(Money? money) =>
        money is null ? None
        : decimal.Round(((decimal)money.Units + money.Nanos / 1_000_000_000m) / 1_000_000m, 1, MidpointRounding.ToEven)
            .ToString("N1", Grouped);

    /// <summary>A count: <c>1 234</c>.</summary>
    public static string Count(long count) => count.ToString("N0", Grouped);

    /// <summary>A count with its noun: <c>1 project</c>, <c>2 projects</c>.</summary>
    public static string Count(long count, string singular, string? plural = null) =>
        $"{Count(count)} {(count == 1 ? singular : plural ?? singular + "s")}";

    /// <summary>A decimal number, unrounded, with grouped thousands.</summary>
    public static string Number(Decimal? number) =>
        number is null ? None
        : DecimalText.TryRead(number, out var value, out _) ? value.ToString("#,##0.############################", Grouped)
        : number.Value;

    /// <summary>A health score with two decimals.</summary>
    public static string Score(Decimal? score) =>
        score is null ? None
        : DecimalText.TryRead(score, out var value, out _) ? value.ToString("N2", Grouped)
        : score.Value;

    /// <summary>A date as precisely as it is known.</summary>
    public static string Day(Date? date, string absent = None) =>
        date is not null && PartialDate.TryRead(date, out var value, out _) ? value.ToString() : absent;

    /// <summary>A timestamp to the second, in UTC.</summary>
    public static string Moment(Timestamp? time) =>
        time is null ? None : time.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A duration in the largest suitable unit.</summary>
    public static string Age(Duration age)
    {
        var seconds = (decimal)age.Seconds + age.Nanos / 1_000_000_000m;
        return seconds switch
        {
            < 60 => seconds.ToString("N1", Grouped) + " s",
            < 3_600 => (seconds / 60).ToString("N0", Grouped) + " min",
            < 172_800 => (seconds / 3_600).ToString("N0", Grouped) + " h",
            _ => (seconds / 86_400).ToString("N0", Grouped) + " days",
        };
    }

    private static string Sign(int ppm, string plus) => ppm switch
    {
        < 0 => "-",
        0 => "",
        _ => plus,
    };

    private static string Magnitude(int ppm)
    {
        // A long, because the absolute value of int.MinValue does not fit into an int.
        var magnitude = Math.Abs((long)ppm);
        return FormattableString.Invariant($"{magnitude / PpmPerPercent}.{magnitude % PpmPerPercent:0000}");
    }
}
