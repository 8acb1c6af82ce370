using System.Text;
using System.Text.RegularExpressions;

namespace Mining.Deploy.Tests.Support;

/// <summary>A value of the chart as values.yaml has it.</summary>
internal sealed record ValueRow(string Path, string Default, string Comment);

/// <summary>The table in the README of the chart, generated from the comments in values.yaml.</summary>
internal static partial class ValuesTable
{
    public const string Begin = "<!-- values: generated from values.yaml by MINING_WRITE_README=1 ./dev test Deploy -->";
    public const string End = "<!-- end of values -->";

    /// <summary>Every key, in the order of the file. A group's default is empty.</summary>
    public static IReadOnlyList<ValueRow> Rows()
    {
        var rows = new List<ValueRow>();
        var groups = new List<(int Indent, string Name)>();
        var comment = new List<string>();
        foreach (var line in File.ReadLines(Repository.PathOf("helm", "mining", "values.yaml")))
        {
            if (line.TrimStart().StartsWith('#'))
            {
                comment.Add(line.Trim().TrimStart('#').Trim());
                continue;
            }

            if (Key().Match(line) is { Success: true } key)
            {
                var indent = key.Groups["indent"].Length;
                groups.RemoveAll(group => group.Indent >= indent);
                var name = key.Groups["name"].Value;
                rows.Add(new ValueRow(
                    string.Join('.', groups.Select(group => group.Name).Append(name)), key.Groups["value"].Value.Trim(), string.Join(' ', comment)));
                groups.Add((indent, name));
            }

            comment.Clear();
        }

        return rows;
    }

    public static string Text()
    {
        var table = new StringBuilder($"{Begin}\n\n| value | default | description |\n| --- | --- | --- |\n");
        foreach (var row in Rows().Where(row => row.Comment.Length > 0))
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{row.Path}` | {(row.Default.Length > 0 ? $"`{row.Default}`" : "")} | {row.Comment.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        return table.Append($"\n{End}").ToString();
    }

    [GeneratedRegex("^(?<indent> *)(?<name>[A-Za-z]+):(?<value>.*)$")]
    private static partial Regex Key();
}
