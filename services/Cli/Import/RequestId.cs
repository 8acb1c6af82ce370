using System.Security.Cryptography;
using System.Text;

namespace Mining.Cli.Import;

/// <summary>
/// Request ids that come from what is asked: the same row gives the same ids at every import, so that the server answers a repeated
/// command with its first answer instead of running it again.
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
            // Each part with its length before it: no two contents run together into the same bytes.
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return $"import-{command}-{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
