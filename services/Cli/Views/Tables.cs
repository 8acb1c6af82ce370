using System.Text.RegularExpressions;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mining.Cli.Views;

/// <summary>Tables in a uniform style: a line below the headings, and figures right-aligned and never wrapped.</summary>
internal static partial class Tables
{
    /// <summary>Headings that are wider than their column, split over two lines.</summary>
    public const string Commitments = "Commit-\nments";

    /// <inheritdoc cref="Commitments"/>
    public const string Undisclosed = "Undis-\nclosed";

    /// <inheritdoc cref="Commitments"/>
    public const string Country = "Coun-\ntry";

    /// <summary>A column of text, which may wrap.</summary>
    public static TableColumn Text(string heading) => new TableColumn(Plain(heading)).PadLeft(0).PadRight(1);

    /// <summary>A column of short names, which do not wrap.</summary>
    public static TableColumn Name(string heading) => Text(heading).NoWrap();

    /// <summary>A column of figures.</summary>
    public static TableColumn Figure(string heading) => Name(heading).RightAligned();

    public static Table Of(params TableColumn[] columns)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = true, UseSafeBorder = false };
        foreach (var column in columns)
            table.AddColumn(column);
        return table;
    }

    /// <summary>Adds a row of plain texts; markup in them is not interpreted.</summary>
    public static void Add(this Table table, params string[] cells) => table.AddRow(cells.Select(Plain).ToArray());

    /// <summary>Writes a heading.</summary>
    public static void Heading(this IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.Write(new Text(text + Environment.NewLine, new Style(decoration: Decoration.Bold)));
    }

    /// <summary>Writes a sentence.</summary>
    public static void Sentence(this IAnsiConsole console, string text) => Write(console, text, Style.Plain);

    /// <summary>Writes a highlighted sentence.</summary>
    public static void Warning(this IAnsiConsole console, string text) => Write(console, text, new Style(Color.Yellow));

    /// <summary>Wraps a sentence, but never inside a number: half of an amount at the end of a line would be read as a whole one.</summary>
    internal static IEnumerable<string> Lines(string text, int width)
    {
        string? line = null;
        foreach (var word in WordEnd().Split(text))
        {
            if (line is not null && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line is null ? word : $"{line} {word}";
            }
        }

        yield return line ?? "";
    }

    private static void Write(IAnsiConsole console, string text, Style style)
    {
        foreach (var line in Lines(text, console.Profile.Width))
            console.Write(new Text(line + Environment.NewLine, style));
    }

    private static IRenderable Plain(string text) => new Text(text);

    /// <summary>A space that is not a thousands separator.</summary>
    [GeneratedRegex(@"(?<!\d) | (?!\d{3}(?!\d))")]
    private static partial Regex WordEnd();
}
