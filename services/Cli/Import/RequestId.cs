using System.Security.Cryptography;
using System.Text;

namespace Mining.Cli.Import;

/// <summary>
/// Request ids derived from the content: the same row gives the same ids in every import, so the server answers a repeated command
/// with its first response instead of executing it again.
/// </summary>
internal static class RequestId
{
    /// <summary>The id of one command of a row.</summary>
    public static string Of(string command, CsvRow row) => Of(
        command, [row.File, .. row.Columns.Names.Zip(row.Cells).SelectMany(cell => new[] { cell.First, cell.Second })]);

    /// <summary>The id of a command with this content.</summary>
    public static string Of(string command, IEnumerable<string> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in content.Prepend(command))
        {
            // Prefix each part with its length, so that different contents never give the same bytes.
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return $"import-{command}-{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
