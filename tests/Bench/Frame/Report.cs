using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Mining.Bench.Frame;

/// <summary>All lines of a run, as a table, as JSON and as Markdown.</summary>
internal sealed class Report
{
    private static readonly string[] Heads = ["measurement", "ours", "yardstick", "ratio", "goal", "met"];

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<(string Measurement, Line Line)> lines = [];

    public IEnumerable<Line> Missed => lines.Select(entry => entry.Line).Where(line => line.Met == false);

    public void Add(string measurement, IEnumerable<Line> more)
    {
        foreach (var line in more)
        {
            lines.Add((measurement, line));
            AnsiConsole.MarkupLineInterpolated($"[grey]{measurement,-12}[/] {string.Join("  |  ", Cells(line).Where(cell => cell != ""))}");
        }
    }

    public void Show()
    {
        var table = new Table().AddColumns(Heads);
        foreach (var (_, line) in lines)
            table.AddRow([.. Cells(line).Select(Markup.Escape)]);
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
        AnsiConsole.Write(table);
    }

    /// <summary>Writes <c>bench.json</c> and <c>bench.md</c> into a folder, which is created if missing.</summary>
    public void Write(string folder, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        var machine = new { processors = Environment.ProcessorCount, system = RuntimeInformation.OSDescription, runtime = RuntimeInformation.FrameworkDescription };
        File.WriteAllText(Path.Combine(folder, "bench.json"), JsonSerializer.Serialize(
            new
            {
                time = now,
                machine,
                lines = lines.Select(entry => new
                {
                    entry.Measurement,
                    entry.Line.Name,
                    entry.Line.Ours,
                    entry.Line.Yardstick,
                    entry.Line.Ratio,
                    Goal = entry.Line.Goal?.ToString(),
                    entry.Line.Met,
                    entry.Line.Remark,
                }),
            },
            Json) + "\n");
        File.WriteAllText(Path.Combine(folder, "bench.md"), ToMarkdown(now, $"{machine.processors} processors, {machine.system}, {machine.runtime}"));
    }

    private string ToMarkdown(DateTimeOffset now, string machine)
    {
        var text = new StringBuilder($"Measured {now:yyyy-MM-dd HH:mm} UTC; {machine}.\n\n| {string.Join(" | ", Heads)} |\n|{string.Concat(Heads.Select(_ => " --- |"))}\n");
        foreach (var (_, line) in lines)
            text.Append($"| {string.Join(" | ", Cells(line))} |\n");
        foreach (var line in lines.Select(entry => entry.Line).Where(line => line.Remark != ""))
            text.Append($"\n- {line.Name}: {line.Remark}");
        return text.Append('\n').ToString();
    }

    private static string[] Cells(Line line) =>
    [
        line.Name, line.Ours.ToString(), line.Yardstick?.ToString() ?? "", line.Ratio?.ToString() ?? "", line.Goal?.ToString() ?? "",
        line.Met switch { true => "yes", false => "no", null => "" },
    ];
}
