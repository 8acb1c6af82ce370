using Mining.Investors.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;
using WireDate = Google.Type.Date;
using WireDecimal = Google.Type.Decimal;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Tests.Building;

/// <summary>Messages from the texts in which a person writes them down.</summary>
internal static class Write
{
    /// <summary><c>1500.50 EUR</c>; null or empty: absent.</summary>
    public static WireMoney? Money(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var parts = text.Split(' ');
        return Amount.TryParse(parts[0], parts[1], out var amount, out var problem) ? amount.ToMoney() : throw new ArgumentException(problem);
    }

    /// <summary><c>2025</c>, <c>2025-03</c>, <c>2025-03-31</c>; null or empty: absent.</summary>
    public static WireDate? Date(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return PartialDate.TryParse(text, out var date, out var problem) ? date.ToDate() : throw new ArgumentException(problem);
    }

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");

    public static WireDecimal? Tonnes(string? text) => string.IsNullOrEmpty(text) ? null : new WireDecimal { Value = text };

    public static string Text(WireMoney? money) =>
        money is null ? "" : Amount.TryRead(money, out var amount, out var problem) ? amount.ToString() : throw new ArgumentException(problem);

    public static Side Side(string id, int targetPpm, params string[] countries) =>
        new() { SideId = id, DisplayName = id, TargetSharePpm = targetPpm, Countries = { countries } };

    public static Output Output(string mineral, string? tonnes) => new() { Mineral = mineral, TonnesPerYear = Tonnes(tonnes) };

    public static StageChange Since(string? date, Stage stage) => new() { Stage = stage, EffectiveDate = Date(date) };

    public static Milestone Milestone(string id, string baseline, string? forecast = null, string? actual = null) => new()
    {
        MilestoneId = id,
        DisplayName = id,
        BaselineDate = Date(baseline),
        ForecastDate = Date(forecast),
        ActualDate = Date(actual),
    };

    public static Permit Permit(
        string id, string? applied = null, string? granted = null, string? refused = null, int limitMonths = 0,
        PermitActivity activity = PermitActivity.Other) => new()
        {
            PermitId = id,
            DisplayName = id,
            Activity = activity,
            ApplicationDate = Date(applied),
            GrantDate = Date(granted),
            RefusalDate = Date(refused),
            StatutoryLimitMonths = limitMonths,
        };
}
