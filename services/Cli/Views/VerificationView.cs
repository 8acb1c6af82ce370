using Mining.Cli.Shell;
using Mining.Cli.Verify;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows what was verified.</summary>
internal static class VerificationView
{
    public static void Write(IAnsiConsole console, VerificationReport report)
    {
        var logs = Tables.Of(Tables.Name("Feed"), Tables.Figure("Changes"), Tables.Name("Holes"), Tables.Name("Hash of the last change"));
        foreach (var log in report.Logs)
            logs.Add(log.Source, Figures.Count(log.Changes), "none", log.HeadHash);
        console.Write(logs);
        foreach (var partnership in report.Partnerships)
        {
            console.Sentence(
                $"{ResourceNames.Id(partnership.Partnership)} as of {partnership.AsOf}, in {partnership.Currency}: " +
                $"{Figures.Count(partnership.Figures, "figure")} recomputed; the gateway has the same.");
        }
    }
}
