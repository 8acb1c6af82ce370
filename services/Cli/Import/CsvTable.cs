using System.Text.Unicode;
using CsvHelper;
using Mining.Platform.Catalogues;

namespace Mining.Cli.Import;

/// <summary>One row of a file: the line on which it begins, and its cells by column, outer spaces removed.</summary>
internal sealed record CsvRow(string File, int Line, IReadOnlyDictionary<string, string> Cells);

/// <summary>What a file looks like.</summary>
/// <param name="FileName">Its name in the folder.</param>
/// <param name="RequiredColumns">Columns that must be there; without one of them a row would mean something else.</param>
/// <param name="OptionalColumns">Columns that may be there.</param>
internal sealed record CsvFormat(string FileName, IReadOnlyList<string> RequiredColumns, IReadOnlyList<string> OptionalColumns);

/// <summary>A file cannot be read as a whole: which line and column, and why.</summary>
internal sealed class CsvFileException(int line, string column, string reason) : Exception(reason)
{
    public int Line { get; } = line;

    public string Column { get; } = column;
}

/// <summary>A CSV file in memory: UTF-8 with or without BOM, quoted as RFC 4180 says.</summary>
internal sealed class CsvTable
{
    /// <summary>The largest file that is read.</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    private CsvTable(IReadOnlyList<CsvRow> rows, IReadOnlyList<RefusedRow> malformed, IReadOnlyList<string> unknownColumns)
    {
        Rows = rows;
        Malformed = malformed;
        UnknownColumns = unknownColumns;
    }

    public IReadOnlyList<CsvRow> Rows { get; }

    /// <summary>Rows that could not be taken apart.</summary>
    public IReadOnlyList<RefusedRow> Malformed { get; }

    /// <summary>Columns that the format does not know; they are not read.</summary>
    public IReadOnlyList<string> UnknownColumns { get; }

    /// <summary>Reads a file. Throws <see cref="CsvFileException"/> when it is none of this format.</summary>
    public static CsvTable Read(string path, CsvFormat format)
    {
        if (new FileInfo(path).Length > MostBytes)
            throw new CsvFileException(1, "", $"The file is larger than {MostBytes / 1024 / 1024} MiB; split it into several folders.");
        var bytes = File.ReadAllBytes(path);
        RequireUtf8(bytes);
        var malformed = new List<RefusedRow>();
        var options = new CsvReaderOptions
        {
            Separator = ',',
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            FieldCountMismatch = CsvFieldCountHandling.Skip,
            OnMalformedRecord = record =>
                malformed.Add(new RefusedRow(format.FileName, (int)record.LineNumber, "", ReasonOf(record.Reason))),
        };
        using var reader = CsvReader.Create(bytes, options);
        var columns = Columns(reader, format, malformed);
        var rows = new List<CsvRow>();
        while (reader.Read())
        {
            var cells = new Dictionary<string, string>(columns.Count, StringComparer.Ordinal);
            foreach (var (index, column) in columns)
                cells[column] = reader.GetString(index).Trim();
            rows.Add(new CsvRow(format.FileName, (int)reader.LineNumber, cells));
        }

        return new CsvTable(rows, malformed, [.. HeaderOf(reader).Where(name => name.Length > 0 && !IsKnown(format, name))]);
    }

    private static List<(int Index, string Name)> Columns(CsvReader reader, CsvFormat format, List<RefusedRow> malformed)
    {
        reader.ReadHeader();
        var header = HeaderOf(reader);
        if (header.Count == 0 || malformed.Count > 0)
            throw new CsvFileException(1, "", $"The file has no header line. It begins with {string.Join(",", format.RequiredColumns)}.");
        foreach (var name in format.RequiredColumns.Concat(format.OptionalColumns))
        {
            if (header.Count(column => column == name) > 1)
                throw new CsvFileException(1, name, $"The column {name} stands twice in the header.");
        }

        var missing = format.RequiredColumns.Where(name => !header.Contains(name)).ToList();
        if (missing.Count > 0)
        {
            var near = NearMatch.Of(missing[0], header);
            var instead = near.Count > 0 ? $" (it has {string.Join(", ", near)})" : "";
            throw new CsvFileException(
                1, missing[0], $"The header lacks {string.Join(", ", missing)}{instead}; nothing of the file was imported.");
        }

        return [.. header.Index().Where(column => IsKnown(format, column.Item))];
    }

    private static bool IsKnown(CsvFormat format, string column) =>
        format.RequiredColumns.Contains(column) || format.OptionalColumns.Contains(column);

    private static List<string> HeaderOf(CsvReader reader) => [.. reader.Headers.ToArray().Select(name => name.Trim())];

    private static void RequireUtf8(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return;
        // The first line that is not valid by itself: a line break is never part of a longer sequence.
        var line = 1;
        while (bytes.IndexOf((byte)'\n') is var end and >= 0 && Utf8.IsValid(bytes[..end]))
        {
            bytes = bytes[(end + 1)..];
            line++;
        }

        throw new CsvFileException(line, "", "The file is not UTF-8 from this line on; save it as UTF-8. Nothing of it was imported.");
    }

    private static string ReasonOf(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote =>
            "A quotation mark stands inside a cell that does not begin with one; put the cell in quotation marks and double it.",
        CsvMalformedReason.TextAfterClosingQuote =>
            "Text stands behind the closing quotation mark of a cell; double the quotation marks inside it.",
        CsvMalformedReason.UnterminatedQuote => "A quotation mark is never closed, so that from here on the file could not be read.",
        CsvMalformedReason.FieldCountMismatch => "The row has more or fewer cells than the header.",
        _ => "The row breaks the quoting rules of RFC 4180.",
    };
}
