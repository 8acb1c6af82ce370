using System.Security.Cryptography;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Cli.Shell;

namespace Mining.Cli.Verify;

/// <summary>Reads checkpoints and the public keys that verify them.</summary>
internal static class CheckpointSource
{
    private const string PublicKeyLabel = "PUBLIC KEY";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The checkpoints that the services have now.</summary>
    public static async Task<IReadOnlyList<ListCheckpointsResponse>> Fetch(
        Gateway gateway, IEnumerable<string> sources, long afterSequence, CancellationToken cancellation)
    {
        var pages = new List<ListCheckpointsResponse>();
        foreach (var source in sources)
        {
            var request = new ListCheckpointsRequest { Source = source, AfterSequence = afterSequence, PageSize = Pages.Size };
            pages.AddRange(await Pages.Walk(request, gateway.Audit.ListCheckpointsAsync, cancellation).ToListAsync(cancellation));
        }

        return pages;
    }

    /// <summary>The checkpoints in a file printed by <c>mining checkpoints</c>.</summary>
    /// <exception cref="UsageException">The file cannot be read or has another format.</exception>
    public static IReadOnlyList<ListCheckpointsResponse> Read(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Where(line => line.Length > 0).Select(Parser.Parse<ListCheckpointsResponse>)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new UsageException($"--checkpoints: {file} is not an output of 'mining checkpoints': {exception.Message}");
        }
    }

    /// <summary>The public keys in a PEM file by key id.</summary>
    /// <exception cref="UsageException">The file cannot be read or has no public key.</exception>
    public static IReadOnlyDictionary<string, ECDsa> ReadKeys(string file)
    {
        try
        {
            var keys = KeysIn(File.ReadAllText(file));
            return keys.Count > 0 ? keys : throw new UsageException($"--keys: {file} contains no public key.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new UsageException($"--keys: {exception.Message}");
        }
    }

    /// <summary>The keys that came with the checkpoints.</summary>
    public static IReadOnlyDictionary<string, ECDsa> ServedKeys(IReadOnlyList<ListCheckpointsResponse> pages) =>
        KeysIn(string.Join('\n', pages.SelectMany(page => page.SigningKeys).Select(key => key.PublicKeyPem).Distinct()));

    private static Dictionary<string, ECDsa> KeysIn(string text)
    {
        var keys = new Dictionary<string, ECDsa>(StringComparer.Ordinal);
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var found))
        {
            if (rest[found.Label].SequenceEqual(PublicKeyLabel))
            {
                var key = ECDsa.Create();
                key.ImportFromPem(rest[found.Location]);
                keys[Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))] = key;
            }

            rest = rest[found.Location.End..];
        }

        return keys;
    }
}
