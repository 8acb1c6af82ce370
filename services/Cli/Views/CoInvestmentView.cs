using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows co-investments by group.</summary>
internal static class CoInvestmentView
{
    /// <summary>One row per group with the share of each side and its distance to the target; with amounts, one row per side.</summary>
    public static void Write(
        IAnsiConsole console, CoInvestmentGrouping grouping, IReadOnlyList<CoInvestmentRow> rows, ListCoInvestmentsResponse last,
        bool withAmounts)
    {
        var first = rows.Select(row => row.Figures).FirstOrDefault() ?? last.Total;
        if (rows.Count == 0 || first is null)
        {
            console.Sentence("No commitments match, so there are no shares.");
            return;
        }

        var heading = $"Amount ({first.Total?.CurrencyCode})";
        console.Write(withAmounts ? Long(grouping, rows, last, heading) : Wide(grouping, rows, last, heading, first));
        console.Sentence(last.Overlapping
            ? $"Rows overlap: a project counts fully in the row of each {EnumNames.Of(grouping)} it has. " +
              "Therefore there is no total."
            : $"{Figures.Count(rows.Count, "row")}. The total is converted and rounded once, " +
              "so the rows may add up to a few minor units more or less.");
        if (last.Total is { } total)
            console.Sentence($"Total: {ShareTables.Counts(total)}.");
    }

    private static Table Wide(
        CoInvestmentGrouping grouping, IReadOnlyList<CoInvestmentRow> rows, ListCoInvestmentsResponse last, string heading,
        ShareTable first)
    {
        var table = Tables.Of(
        [
            Tables.Text(EnumNames.Of(grouping)), Tables.Figure(heading), .. first.Sides.Select(side => Tables.Figure(side.SideId)),
            Tables.Figure(Tables.Commitments), Tables.Figure(Tables.Undisclosed),
        ]);
        foreach (var (name, figures) in Lines(grouping, rows, last))
        {
            table.Add(
            [
                name, Figures.Amount(figures.Total), .. figures.Sides.Select(side => TwoLines(figures, side)),
                Figures.Count(figures.CommitmentCount), Figures.Count(figures.UndisclosedCount),
            ]);
        }

        return table;
    }

    private static Table Long(
        CoInvestmentGrouping grouping, IReadOnlyList<CoInvestmentRow> rows, ListCoInvestmentsResponse last, string heading)
    {
        var table = Tables.Of(
            Tables.Text(EnumNames.Of(grouping)), Tables.Name("Side"), Tables.Figure(heading), Tables.Figure("Share"),
            Tables.Figure("Distance"));
        foreach (var (name, figures) in Lines(grouping, rows, last))
        {
            var title = name;
            foreach (var side in figures.Sides)
            {
                table.Add(title, side.SideId, Figures.Amount(side.Amount), ShareTables.Share(side), ShareTables.Distance(side));
                title = "";
            }

            table.Add("", "total", Figures.Amount(figures.Total), figures.NothingToShare ? "nothing to share" : "", "");
        }

        return table;
    }

    private static string TwoLines(ShareTable figures, SideFigure side) =>
        figures.NothingToShare ? "nothing"
        : side.HasDistanceToTargetPpm ? $"{ShareTables.Share(side)}\n{ShareTables.Distance(side)}"
        : ShareTables.Share(side);

    private static IEnumerable<(string Name, ShareTable Figures)> Lines(
        CoInvestmentGrouping grouping, IReadOnlyList<CoInvestmentRow> rows, ListCoInvestmentsResponse last)
    {
        foreach (var row in rows)
            yield return (Name(grouping, row), row.Figures);
        if (last.Total is { } total)
            yield return ("total", total);
    }

    /// <summary>The display name of a group. Projects and investors are shown by the id that other commands accept.</summary>
    private static string Name(CoInvestmentGrouping grouping, CoInvestmentRow row) => grouping switch
    {
        CoInvestmentGrouping.Stage => EnumNames.FormatWireName<Stage>(row.Key),
        CoInvestmentGrouping.Instrument => EnumNames.FormatWireName<Instrument>(row.Key),
        CoInvestmentGrouping.Kind => EnumNames.FormatWireName<ProjectKind>(row.Key),
        _ => ResourceNames.Id(row.Key),
    };
}
