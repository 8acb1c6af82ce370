using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mining.Cli.Views;

/// <summary>Tables in one look: a rule below the headings, figures to the right and never broken over lines.</summary>
internal static class Tables
{
    /// <summary>Headings that would be wider than what stands below them, on two lines.</summary>
    public const string Commitments = "Commit-\nments";

    /// <inheritdoc cref="Commitments"/>
    public const string Undisclosed = "Undis-\nclosed";

    /// <inheritdoc cref="Commitments"/>
    public const string Country = "Coun-\ntry";

    /// <summary>A column of text, which may be broken over lines.</summary>
    public static TableColumn Words(string heading) => new TableColumn(Plain(heading)).PadLeft(0).PadRight(1);

    /// <summary>A column of short names, which are not broken.</summary>
    public static TableColumn Name(string heading) => Words(heading).NoWrap();

    /// <summary>A column of figures.</summary>
    public static TableColumn Figure(string heading) => Name(heading).RightAligned();

    public static Table Of(params TableColumn[] columns)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = true, UseSafeBorder = false };
        foreach (var column in columns)
            table.AddColumn(column);
        return table;
    }

    /// <summary>Adds a row of texts; they are shown as they are, without markup.</summary>
    public static void Add(this Table table, params string[] cells) => table.AddRow(cells.Select(Plain).ToArray());

    /// <summary>Writes a heading above what follows.</summary>
    public static void Heading(this IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.Write(new Text(text + Environment.NewLine, new Style(decoration: Decoration.Bold)));
    }

    /// <summary>Writes a sentence.</summary>
    public static void Sentence(this IAnsiConsole console, string text) => console.Write(new Text(text + Environment.NewLine));

    /// <summary>Writes a sentence that must not be missed.</summary>
    public static void Warning(this IAnsiConsole console, string text) =>
        console.Write(new Text(text + Environment.NewLine, new Style(Color.Yellow)));

    private static IRenderable Plain(string text) => new Text(text);
}
