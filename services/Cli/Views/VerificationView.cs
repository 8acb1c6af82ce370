using Mining.Cli.Shell;
using Mining.Cli.Verify;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows the result of a verification.</summary>
internal static class VerificationView
{
    public static void Write(IAnsiConsole console, VerificationReport report)
    {
        var logs = Tables.Of(Tables.Name("Feed"), Tables.Figure("Changes"), Tables.Name("Gaps"), Tables.Name("Hash of the last change"));
        foreach (var log in report.Logs)
            logs.Add(log.Source, Figures.Count(log.Changes), "none", log.HeadHash);
        console.Write(logs);
        if (report.Checkpoints is { } checkpoints)
            Write(console, checkpoints);
        foreach (var partnership in report.Partnerships)
        {
            console.Sentence(
                $"{ResourceNames.Id(partnership.Partnership)} as of {partnership.AsOf}, in {partnership.Currency}: " +
                $"{Figures.Count(partnership.Figures, "figure")} recomputed and equal to the gateway's.");
        }
    }

    private static void Write(IAnsiConsole console, CheckpointReport report)
    {
        foreach (var log in report.Logs)
        {
            console.Sentence(
                $"{log.Source}: {Figures.Count(log.Count, "signed checkpoint")}; changes up to {Figures.Count(log.CoveredTo)} are unaltered. " +
                $"{Figures.Count(log.NotCovered, "later change is", "later changes are")} not signed yet.");
        }

        if (report.WithServedKeys)
            console.Warning("The signatures were verified with the services' own keys, which does not detect a dishonest service.");
    }
}
