using System.Reflection;

namespace Mining.Primitives.Catalogues;

/// <summary>Reads the embedded catalogue files: UTF-8, comments after <c>#</c>, one header line, fields without commas or quotes.</summary>
internal static class DataFile
{
    /// <summary>The rows below the header. Throws if the file is missing or malformed, which is a bug in the build.</summary>
    public static IEnumerable<string[]> Rows(string fileName, params string[] header)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The catalogue {fileName} is not embedded in its assembly.");
        using var reader = new StreamReader(stream);
        var headerSeen = false;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var fields = line.Split(',');
            if (!headerSeen && !fields.SequenceEqual(header))
                throw new InvalidOperationException($"The catalogue {fileName} begins with {line}, not with {string.Join(',', header)}.");
            if (fields.Length != header.Length)
                throw new InvalidOperationException($"The catalogue {fileName} does not have {header.Length} fields in: {line}");
            if (headerSeen)
                yield return fields;
            headerSeen = true;
        }
    }

    /// <summary>Splits a field with several parts, separated by <c>;</c>.</summary>
    public static string[] Parts(string field) => field.Split(';', StringSplitOptions.RemoveEmptyEntries);
}
