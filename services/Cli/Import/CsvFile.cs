using System.Text.Unicode;
using CsvHelper;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Import;

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

/// <summary>
/// A CSV file: UTF-8 with or without BOM, quoted as RFC 4180 says. It is read twice: first to its end, so that one which is no file of
/// this format is refused before anything of it is imported, and then row by row, so that it need not fit into memory.
/// </summary>
internal sealed class CsvFile
{
    /// <summary>The largest file that is read.</summary>
    public const long MaxBytes = 256L * 1024 * 1024;

    private const int BlockBytes = 64 * 1024;

    private readonly string path;
    private readonly CsvFormat format;
    private readonly List<RefusedRow> malformed = [];

    private CsvFile(string path, CsvFormat format) => (this.path, this.format) = (path, format);

    /// <summary>How many rows could be taken apart.</summary>
    public int RowCount { get; private set; }

    /// <summary>Rows that could not be taken apart.</summary>
    public IReadOnlyList<RefusedRow> Malformed => malformed;

    /// <summary>Columns that the format does not know; they are not read.</summary>
    public IReadOnlyList<string> UnknownColumns { get; private set; } = [];

    /// <summary>Opens a file, and reads it to its end once.</summary>
    /// <exception cref="CsvFileException">It is none of this format.</exception>
    public static CsvFile Open(string path, CsvFormat format)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new CsvFileException(1, "", $"The file is larger than {MaxBytes / 1024 / 1024} MiB; split it into several folders.");
        RequireUtf8(path);
        var file = new CsvFile(path, format);
        using var reader = CsvReader.FromFile(path, Options(record => file.malformed.Add(
            new RefusedRow(format.FileName, (int)record.LineNumber, "", ReasonOf(record.Reason)))));
        reader.ReadHeader();
        file.CheckHeader(HeaderOf(reader));
        file.UnknownColumns = [.. HeaderOf(reader).Where(name => name.Length > 0 && !file.IsKnown(name))];
        while (reader.Read())
            file.RowCount++;
        return file;
    }

    /// <summary>The rows, read as they are asked for.</summary>
    public IEnumerable<CsvRow> Rows()
    {
        using var reader = CsvReader.FromFile(path, Options(onMalformed: null));
        reader.ReadHeader();
        var header = HeaderOf(reader);
        var columns = new CsvColumns(header.Where(IsKnown));
        int[] places = [.. columns.Names.Select(name => header.IndexOf(name))];
        while (reader.Read())
            yield return new CsvRow(format.FileName, (int)reader.LineNumber, columns, Array.ConvertAll(places, place => reader.GetString(place).Trim()));
    }

    private static CsvReaderOptions Options(Action<CsvMalformedRecord>? onMalformed) => new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Skip,
        FieldCountMismatch = CsvFieldCountHandling.Skip,
        OnMalformedRecord = onMalformed,
    };

    private void CheckHeader(List<string> header)
    {
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
    }

    private bool IsKnown(string column) => format.RequiredColumns.Contains(column) || format.OptionalColumns.Contains(column);

    private static List<string> HeaderOf(CsvReader reader) => [.. reader.Headers.ToArray().Select(name => name.Trim())];

    /// <summary>Looks for the first line that is not valid by itself: a line break is never part of a longer sequence.</summary>
    private static void RequireUtf8(string path)
    {
        using var stream = File.OpenRead(path);
        var block = new byte[BlockBytes];
        var (line, held) = (1, 0);
        int read;
        do
        {
            if (held == block.Length)
                Array.Resize(ref block, 2 * block.Length);
            read = stream.Read(block, held, block.Length - held);
            var rest = block.AsSpan(0, held + read);
            while (rest.IndexOf((byte)'\n') is var end and >= 0)
            {
                Require(rest[..end]);
                rest = rest[(end + 1)..];
                line++;
            }

            if (read == 0)
                Require(rest);
            rest.CopyTo(block);
            held = rest.Length;
        }
        while (read > 0);

        void Require(ReadOnlySpan<byte> bytes)
        {
            if (!Utf8.IsValid(bytes))
                throw new CsvFileException(line, "", "The file is not UTF-8 from this line on; save it as UTF-8. Nothing of it was imported.");
        }
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
