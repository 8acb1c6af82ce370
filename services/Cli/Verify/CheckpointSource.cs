using System.Security.Cryptography;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Cli.Shell;

namespace Mining.Cli.Verify;

/// <summary>Where checkpoints and the keys to check them with come from.</summary>
internal static class CheckpointSource
{
    private const string PublicKeyLabel = "PUBLIC KEY";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The checkpoints that the services hand out.</summary>
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

    /// <summary>The checkpoints that somebody has kept: what <c>mining checkpoints</c> printed.</summary>
    /// <exception cref="UsageException">The file cannot be read, or is something else.</exception>
    public static IReadOnlyList<ListCheckpointsResponse> Read(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Where(line => line.Length > 0).Select(Parser.Parse<ListCheckpointsResponse>)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new UsageException($"--checkpoints: {file} is not what 'mining checkpoints' has printed: {exception.Message}");
        }
    }

    /// <summary>The public keys in a PEM file, by their ids.</summary>
    /// <exception cref="UsageException">The file cannot be read, or holds no key.</exception>
    public static IReadOnlyDictionary<string, ECDsa> ReadKeys(string file)
    {
        try
        {
            var keys = KeysIn(File.ReadAllText(file));
            return keys.Count > 0 ? keys : throw new UsageException($"--keys: {file} holds no public key.");
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
