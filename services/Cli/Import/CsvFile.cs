using System.Text.Unicode;
using CsvHelper;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Import;

/// <summary>The format of a CSV file.</summary>
/// <param name="FileName">The file name in the folder.</param>
/// <param name="RequiredColumns">Columns that must be present, because a row without one of them would mean something else.</param>
/// <param name="OptionalColumns">Columns that may be missing.</param>
internal sealed record CsvFormat(string FileName, IReadOnlyList<string> RequiredColumns, IReadOnlyList<string> OptionalColumns);

/// <summary>The file as a whole is invalid; names the line, the column and the reason.</summary>
internal sealed class CsvFileException(int line, string column, string reason) : Exception(reason)
{
    public int Line { get; } = line;

    public string Column { get; } = column;
}

/// <summary>
/// A CSV file: UTF-8 with or without BOM, quoted according to RFC 4180. It is read twice: first completely, so that an invalid file
/// is refused before any of it is imported, and then row by row, so that memory holds only the rows in progress.
/// </summary>
internal sealed class CsvFile
{
    /// <summary>Maximum file size.</summary>
    public const long MaxBytes = 256L * 1024 * 1024;

    private const int BlockBytes = 64 * 1024;

    private readonly string path;
    private readonly CsvFormat format;
    private readonly List<RefusedRow> malformed = [];

    private CsvFile(string path, CsvFormat format) => (this.path, this.format) = (path, format);

    /// <summary>The number of well-formed rows.</summary>
    public int RowCount { get; private set; }

    /// <summary>The malformed rows.</summary>
    public IReadOnlyList<RefusedRow> Malformed => malformed;

    /// <summary>Columns that the format does not define; they are ignored.</summary>
    public IReadOnlyList<string> UnknownColumns { get; private set; } = [];

    /// <summary>Opens a file and validates it completely.</summary>
    /// <exception cref="CsvFileException">The file does not have this format.</exception>
    public static CsvFile Open(string path, CsvFormat format)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new CsvFileException(1, "", $"The file is larger than {MaxBytes / 1024 / 1024} MiB; split it over several folders.");
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

    /// <summary>Reads the rows lazily.</summary>
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
            throw new CsvFileException(1, "", $"The file has no header; it must begin with {string.Join(",", format.RequiredColumns)}.");
        foreach (var name in format.RequiredColumns.Concat(format.OptionalColumns))
        {
            if (header.Count(column => column == name) > 1)
                throw new CsvFileException(1, name, $"The header lists the column {name} more than once.");
        }

        var missing = format.RequiredColumns.Where(name => !header.Contains(name)).ToList();
        if (missing.Count > 0)
        {
            var near = NearMatch.Of(missing[0], header);
            var instead = near.Count > 0 ? $" (it has {string.Join(", ", near)})" : "";
            throw new CsvFileException(
                1, missing[0], $"The header lacks {string.Join(", ", missing)}{instead}; nothing was imported from the file.");
        }
    }

    private bool IsKnown(string column) => format.RequiredColumns.Contains(column) || format.OptionalColumns.Contains(column);

    private static List<string> HeaderOf(CsvReader reader) => [.. reader.Headers.ToArray().Select(name => name.Trim())];

    /// <summary>Checks line by line to report the first invalid line. A line break never occurs inside a UTF-8 sequence.</summary>
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
                throw new CsvFileException(line, "", "This line is not UTF-8; save the file as UTF-8. Nothing was imported from it.");
        }
    }

    private static string ReasonOf(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote =>
            "A cell contains a quotation mark but does not begin with one; quote the cell and double the quotation mark.",
        CsvMalformedReason.TextAfterClosingQuote =>
            "Text follows the closing quotation mark of a cell; double the quotation marks inside the cell.",
        CsvMalformedReason.UnterminatedQuote => "A quotation mark is never closed; the file cannot be read from here on.",
        CsvMalformedReason.FieldCountMismatch => "The row has more or fewer cells than the header.",
        _ => "The row violates the quoting rules of RFC 4180.",
    };
}
