using System.Collections.Frozen;

namespace Mining.Cli.Import;

/// <summary>A row of a file: its first line, and its trimmed cells.</summary>
/// <param name="File">The file name.</param>
/// <param name="Line">The line number, from 1.</param>
/// <param name="Columns">The columns that are read.</param>
/// <param name="Cells">One cell per column.</param>
internal sealed record CsvRow(string File, int Line, CsvColumns Columns, IReadOnlyList<string> Cells)
{
    /// <summary>A cell; empty if the optional column is missing.</summary>
    public string this[string column] => Columns.IndexOf(column) is { } index ? Cells[index] : "";
}

/// <summary>The columns of a file that are read, ordered by name and shared by all its rows.</summary>
internal sealed class CsvColumns
{
    private readonly FrozenDictionary<string, int> indexes;

    public CsvColumns(IEnumerable<string> names)
    {
        Names = [.. names.Order(StringComparer.Ordinal)];
        indexes = Names.Index().ToFrozenDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Names { get; }

    public int? IndexOf(string name) => indexes.TryGetValue(name, out var index) ? index : null;
}
