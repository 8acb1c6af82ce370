using System.Collections.Frozen;

namespace Mining.Cli.Import;

/// <summary>One row of a file: the line on which it begins, and its cells, outer spaces removed.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Columns">The columns that are read.</param>
/// <param name="Cells">A cell for each column.</param>
internal sealed record CsvRow(string File, int Line, CsvColumns Columns, IReadOnlyList<string> Cells)
{
    /// <summary>A cell; empty for an optional column that is not there.</summary>
    public string this[string column] => Columns.IndexOf(column) is { } index ? Cells[index] : "";
}

/// <summary>The columns of a file that are read, in the order of their names: one for all its rows.</summary>
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
