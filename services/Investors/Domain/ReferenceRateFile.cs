using System.Globalization;
using System.Text;
using CsvHelper;
using Mining.Platform.Errors;
using Mining.Primitives.Catalogues;

namespace Mining.Investors.Domain;

/// <summary>
/// The European Central Bank's <c>eurofxref-hist.csv</c>: a header <c>Date,USD,JPY,…</c>, then one line a day, <c>N/A</c> where
/// there is no rate. As the bank publishes it, every line ends with a comma.
/// </summary>
public static class ReferenceRateFile
{
    /// <summary>Maximum number of days per file. The history since 1999 has about 7 000.</summary>
    public const int MaxDays = 10_000;

    private const string NoRate = "N/A";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. Every invalid line and column is a violation of the field.</summary>
    public static IReadOnlyList<DayRates> Read(string field, ReadOnlySpan<byte> bytes, Violations violations)
    {
        string text;
        try
        {
            text = Utf8.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            violations.Add(field, "is not UTF-8 text.");
            return [];
        }

        var rows = Rows(field, text, violations).ToList();
        if (rows is not [{ Line: 1 } header, .. var lines])
        {
            violations.Add(field, "line 1: must be the header: Date, then currency codes.");
            return [];
        }

        if (ReadHeader(field, header.Cells, violations) is not { } currencies)
            return [];
        if (lines.Count > MaxDays)
        {
            violations.Add(field, $"has more than {MaxDays} days; send it in parts, each with the header.");
            return [];
        }

        var days = new List<DayRates>();
        var lineOfDay = new Dictionary<DateOnly, int>();
        foreach (var (line, cells) in lines.TakeWhile(_ => violations.Count < Violations.MaxNamedViolations))
        {
            if (ReadDay($"line {line}", field, cells, currencies, violations) is not { } day)
                continue;
            if (!lineOfDay.TryAdd(day.Day, line))
                violations.Add(field, $"line {line}, column Date: {day.Day:O} is already on line {lineOfDay[day.Day]}.");
            days.Add(day);
        }

        return days;
    }

    /// <summary>The rows that are not blank, each with its line.</summary>
    private static IEnumerable<(int Line, string[] Cells)> Rows(string field, string text, Violations violations)
    {
        using var reader = CsvReader.FromText(text, new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = record => violations.Add(field, $"line {record.LineNumber}: breaks the quoting rules of RFC 4180."),
        });
        while (reader.Read())
        {
            string[] cells = [.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetString(column).Trim())];
            if (cells is not [""])
                yield return ((int)reader.LineNumber, cells);
        }
    }

    /// <summary>The currencies in the order of their columns, or null where the header cannot be used.</summary>
    private static string[]? ReadHeader(string field, string[] header, Violations violations)
    {
        if (header is [.., ""])
            header = header[..^1];
        if (header.Length is < 2 or > DayRates.MaxRates + 1)
        {
            violations.Add(field, $"line 1: has {header.Length} columns; it must have Date and 1 to {DayRates.MaxRates} currencies.");
            return null;
        }

        var before = violations.Count;
        if (header[0] != "Date")
            violations.Add(field, $"line 1, column 1: is {Quote.Of(header[0])}; it must be Date.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 1; i < header.Length; i++)
        {
            var problem = DayRates.ProblemOf(header[i]);
            if (problem.Length == 0 && !seen.Add(header[i]))
                problem = $"{header[i]} is listed more than once.";
            if (problem.Length > 0)
                violations.Add(field, $"line 1, column {i + 1}: {problem}");
        }

        return violations.Count == before ? header[1..] : null;
    }

    private static DayRates? ReadDay(string line, string field, string[] row, string[] currencies, Violations violations)
    {
        var columns = currencies.Length + 1;
        if (row.Length != columns && !(row.Length == columns + 1 && row[^1].Length == 0))
        {
            violations.Add(field, $"{line}: has {row.Length} columns; the header has {columns}.");
            return null;
        }

        var isDay = DateOnly.TryParseExact(row[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        if (!isDay)
            violations.Add(field, $"{line}, column Date: {Quote.Of(row[0])} is not a day such as 2026-04-27.");
        var rates = DayRates.None(day).UnitsPerEuro.ToBuilder();
        for (var i = 0; i < currencies.Length; i++)
        {
            if (row[i + 1] == NoRate)
                continue;
            if (DayRates.TryReadRate(row[i + 1], out var rate, out var problem))
                rates.Add(currencies[i], rate);
            else
                violations.Add(field, $"{line}, column {currencies[i]}: {problem}");
        }

        return isDay ? new DayRates(day, rates.ToImmutable()) : null;
    }
}
