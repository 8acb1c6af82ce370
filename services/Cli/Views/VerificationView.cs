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
        if (report.Checkpoints is { } checkpoints)
            Write(console, checkpoints);
        foreach (var partnership in report.Partnerships)
        {
            console.Sentence(
                $"{ResourceNames.Id(partnership.Partnership)} as of {partnership.AsOf}, in {partnership.Currency}: " +
                $"{Figures.Count(partnership.Figures, "figure")} recomputed; the gateway has the same.");
        }
    }

    private static void Write(IAnsiConsole console, CheckpointReport report)
    {
        foreach (var log in report.Logs)
        {
            console.Sentence(
                $"{log.Source}: {Figures.Count(log.Count, "signed checkpoint")}; nothing up to change {Figures.Count(log.CoveredTo)} was altered since. " +
                $"{Figures.Count(log.NotCovered, "change")} after that: not signed yet.");
        }

        if (report.WithServedKeys)
            console.Warning("The signatures were checked with the keys that the services handed out themselves: a service that lies would not have been found.");
    }
}
