using Mining.Portfolio.V1;

namespace Mining.Gateway.Tests.Building;

/// <summary>Answers as a line that stands in a test beside what is expected.</summary>
internal static class Shown
{
    /// <summary><c>EU 60.00 EUR, OUTSIDE 0.00 EUR, US 40.00 EUR</c>.</summary>
    public static string Amounts(this ShareTable table) => Amounts(table.Sides);

    public static string Amounts(this IEnumerable<SideFigure> sides) =>
        string.Join(", ", sides.Select(side => $"{side.SideId} {Write.Text(side.Amount)}"));

    /// <summary><c>EU 600000, OUTSIDE 0, US 400000</c>; a dash where there is nothing to share.</summary>
    public static string Shares(this ShareTable table) =>
        string.Join(", ", table.Sides.Select(side => $"{side.SideId} {(side.HasSharePpm ? side.SharePpm : "-")}"));

    /// <summary><c>60.00 EUR</c>, with what is undisclosed behind it: <c>60.00 EUR of 2, 1 undisclosed</c>.</summary>
    public static string Counted(this ShareTable table) =>
        $"{Write.Text(table.Total)} of {table.CommitmentCount}" + (table.UndisclosedCount > 0 ? $", {table.UndisclosedCount} undisclosed" : "");

    /// <summary><c>SCORED 62.50</c>, <c>UNKNOWN</c>, <c>NOT_APPLICABLE</c>.</summary>
    public static string Line(this HealthComponent component) => component.State switch
    {
        HealthComponentState.Scored => $"SCORED {component.Score.Value}",
        HealthComponentState.Unknown => "UNKNOWN",
        _ => "NOT_APPLICABLE",
    };
}
