using Mining.Cli.Shell;
using Mining.Portfolio.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows the share of each side by measure.</summary>
internal static class ShareTables
{
    /// <summary>One table for several measures, followed by the counts of undisclosed and undated commitments.</summary>
    public static void Write(IAnsiConsole console, string heading, string currency, IEnumerable<ShareTable> measures)
    {
        console.Heading(heading);
        var tables = measures.ToList();
        var table = Tables.Of(
            Tables.Name("Measure"), Tables.Name("Side"), Tables.Figure($"Amount ({currency})"),
            Tables.Figure("Share"), Tables.Figure("Target"), Tables.Figure("Distance"));
        foreach (var shares in tables)
        {
            var measure = EnumNames.Of(shares.Measure);
            foreach (var side in shares.Sides)
            {
                table.Add(measure, side.SideId, Figures.Amount(side.Amount), Share(side), Target(side), Distance(side));
                measure = "";
            }

            table.Add(measure, "total", Figures.Amount(shares.Total), shares.NothingToShare ? "nothing to share" : "", "", "");
        }

        console.Write(table);
        foreach (var shares in tables)
            console.Sentence($"{EnumNames.Of(shares.Measure)}: {Counts(shares)}");
    }

    /// <summary>The counts behind the amounts, as text.</summary>
    public static string Counts(ShareTable shares) =>
        $"{Figures.Count(shares.ProjectCount, "project")}, {Figures.Count(shares.CommitmentCount, "commitment")}" +
        (shares.UndisclosedCount > 0 ? $"; {Figures.Count(shares.UndisclosedCount)} undisclosed, not in the amounts" : "") +
        (shares.UndatedCount > 0 ? $"; {Figures.Count(shares.UndatedCount)} undated" : "");

    public static string Share(SideFigure side) => side.HasSharePpm ? Figures.Percent(side.SharePpm) : Figures.None;

    public static string Target(SideFigure side) => side.HasTargetSharePpm ? Figures.Percent(side.TargetSharePpm) : "";

    public static string Distance(SideFigure side) => side.HasDistanceToTargetPpm ? Figures.PercentagePoints(side.DistanceToTargetPpm) : "";
}
