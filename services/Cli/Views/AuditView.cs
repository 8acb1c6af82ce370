using Mining.Changes.V1;
using Mining.Cli.Shell;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows audit entries.</summary>
internal static class AuditView
{
    public static void Write(IAnsiConsole console, IReadOnlyList<AuditEntry> entries)
    {
        var table = Tables.Of(Tables.Name("Time"), Tables.Text("Caller (sides)"), Tables.Text("Write"), Tables.Text("Outcome"));
        foreach (var entry in entries)
            table.Add(Figures.Moment(entry.EntryTime), FormatCaller(entry), FormatWrite(entry), Outcome(entry));
        console.Write(table);
        var refused = entries.Where(entry => entry.Code != Google.Rpc.Code.Ok).Sum(entry => entry.CallCount);
        console.Sentence($"{Figures.Count(entries.Count, "entry", "entries")}; {Figures.Count(refused, "call")} refused.");
    }

    private static string FormatCaller(AuditEntry entry) => entry.Sides.Count > 0 ? $"{entry.Caller} ({string.Join(", ", entry.Sides)})" : entry.Caller;

    private static string FormatWrite(AuditEntry entry) =>
        $"{entry.Source} {entry.Method}{(entry.Resource.Length > 0 ? $" {ResourceNames.Id(entry.Resource)}" : "")}{(entry.ValidateOnly ? ", validated only" : "")}";

    private static string Outcome(AuditEntry entry)
    {
        if (entry.Code == Google.Rpc.Code.Ok)
        {
            return entry.LastSequence == 0 ? "accepted, no change"
                : entry.FirstSequence == entry.LastSequence ? $"change {Figures.Count(entry.LastSequence)}"
                : $"changes {Figures.Count(entry.FirstSequence)} to {Figures.Count(entry.LastSequence)}";
        }

        var times = entry.CallCount > 1 ? $", {Figures.Count(entry.CallCount)} times until {Figures.Moment(entry.LastTime)}" : "";
        return $"refused: {entry.Reason}{times}{(entry.Message.Length > 0 ? $". {entry.Message}" : "")}";
    }
}
