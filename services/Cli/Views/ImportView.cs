using System.Collections.Concurrent;
using Mining.Cli.Import;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows the progress of an import, and its report.</summary>
public static class ImportView
{
    /// <summary>Maximum number of refusals listed; a file of a wrong format would otherwise fill the screen.</summary>
    private const int MaxRefusals = 200;

    /// <summary>Runs an import with progress bars on a terminal, and with plain lines elsewhere.</summary>
    /// <param name="console">Shows the bars.</param>
    /// <param name="plain">Receives plain lines.</param>
    /// <param name="showBars">Whether bars may be shown if the console supports them.</param>
    /// <param name="import">The import; its argument receives the progress.</param>
    public static async Task<ImportReport> WithProgress(
        IAnsiConsole console, TextWriter plain, bool showBars, Func<IProgress<ImportProgress>, Task<ImportReport>> import)
    {
        if (!showBars || !console.Profile.Capabilities.Ansi || !console.Profile.Capabilities.Interactive)
            return await import(new PlainProgress(plain));
        ImportReport? report = null;
        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context => report = await import(new BarProgress(context)));
        return report!;
    }

    /// <summary>Prints the counts of the rows, and the reasons for refusals.</summary>
    public static void Write(IAnsiConsole console, ImportReport report)
    {
        var table = Tables.Of(
            Tables.Name("File"), Tables.Figure("Rows"), Tables.Figure("Imported"), Tables.Figure("Unchanged"), Tables.Figure("Skipped"),
            Tables.Figure("Refused"));
        foreach (var file in report.Files)
        {
            table.Add(
                file.File, Figures.Count(file.Rows), Figures.Count(file.Imported), Figures.Count(file.Unchanged),
                Figures.Count(file.Skipped),
                Figures.Count(file.Refused));
        }

        console.Write(table);
        if (report.Refusals.Count > 0)
            WriteRefusals(console, report.Refusals);
        foreach (var notice in report.Notices)
            console.Sentence(notice);
    }

    private static void WriteRefusals(IAnsiConsole console, IReadOnlyList<RefusedRow> refusals)
    {
        console.Heading("Refused");
        var table = Tables.Of(Tables.Name("File"), Tables.Figure("Line"), Tables.Name("Column"), Tables.Text("Why"));
        foreach (var refusal in refusals.Take(MaxRefusals))
            table.Add(refusal.File, FormattableString.Invariant($"{refusal.Line}"), refusal.Column, refusal.Reason);
        console.Write(table);
        if (refusals.Count > MaxRefusals)
            console.Sentence($"And {Figures.Count(refusals.Count - MaxRefusals)} more; --json lists them all.");
    }

    /// <summary>Prints a line per quarter of a file: enough to show progress, and few enough for a log.</summary>
    private sealed class PlainProgress(TextWriter writer) : IProgress<ImportProgress>
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, int> quarters = new(StringComparer.Ordinal);

        public void Report(ImportProgress value)
        {
            var quarter = value.TotalRows == 0 ? 4 : 4 * value.DoneRows / value.TotalRows;
            lock (gate)
            {
                if (quarter == 0 || quarter <= quarters.GetValueOrDefault(value.File))
                    return;
                quarters[value.File] = quarter;
                writer.WriteLine($"{value.File}: {Figures.Count(value.DoneRows)} of {Figures.Count(value.TotalRows)} rows");
            }
        }
    }

    private sealed class BarProgress(ProgressContext context) : IProgress<ImportProgress>
    {
        private readonly ConcurrentDictionary<string, ProgressTask> bars = new(StringComparer.Ordinal);

        public void Report(ImportProgress value)
        {
            var bar = bars.GetOrAdd(value.File, file => context.AddTask(Markup.Escape(file)));
            bar.MaxValue = Math.Max(value.TotalRows, 1);
            bar.Value = value.TotalRows == 0 ? 1 : value.DoneRows;
        }
    }
}
