using Mining.Platform.Identity;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Mining.Platform.Errors;

namespace Mining.Platform.Paging;

/// <summary>How many rows a page holds.</summary>
public static class PageSizes
{
    public const int Default = 100;
    public const int Max = 1_000;

    /// <summary>0 is the default; more than the largest counts as the largest; a negative one is a violation.</summary>
    public static int Read(int pageSize, Violations violations)
    {
        if (pageSize < 0)
            violations.Add("page_size", $"is {pageSize}; it must not be negative.");
        return pageSize <= 0 ? Default : Math.Min(pageSize, Max);
    }
}

/// <summary>
/// Opaque page tokens: where the walk stands, bound to the caller and the query that it belongs to, so that a token cannot be used
/// with other conditions or by somebody else, and cannot be made by anyone without the key.
/// </summary>
/// <param name="key">The same for all replicas of a service; empty: whoever reads this can make them, which only Development puts up with.</param>
public sealed class PageTokens(byte[] key)
{
    private const int BindingBytes = 16;

    /// <summary>A token for the place after a row.</summary>
    /// <param name="request">The query; its page fields do not count.</param>
    /// <param name="caller">Who asks, and alone may go on.</param>
    /// <param name="position">What identifies the place, for example the last row's name.</param>
    public string Write(IMessage request, Caller caller, params string[] position)
    {
        var place = JsonSerializer.SerializeToUtf8Bytes(position);
        return Base64Url.EncodeToString([.. Binding(request, caller, place), .. place]);
    }

    /// <summary>Where the walk stands; empty at its beginning. A token that is not ours, of another caller or of another query is a violation.</summary>
    public string[] Read(string token, IMessage request, Caller caller, Violations violations)
    {
        if (token.Length == 0)
            return [];
        if (token.Length <= 4_096 && TryDecode(token) is { Length: > BindingBytes } bytes)
        {
            if (!CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, BindingBytes), Binding(request, caller, bytes.AsSpan(BindingBytes))))
            {
                violations.Add("page_token", "belongs to another query or caller, or is not from this service; repeat the query with all other fields unchanged.");
                return [];
            }

            try
            {
                return JsonSerializer.Deserialize<string[]>(bytes.AsSpan(BindingBytes)) ?? [];
            }
            catch (JsonException)
            {
                // Told below.
            }
        }

        violations.Add("page_token", "is not a token of this service; use next_page_token of the previous response.");
        return [];
    }

    private static byte[]? TryDecode(string token)
    {
        var bytes = new byte[token.Length];
        return Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var written) ? bytes[..written] : null;
    }

    private byte[] Binding(IMessage request, Caller caller, ReadOnlySpan<byte> place)
    {
        var query = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        foreach (var page in (string[])["page_size", "page_token"])
            query.Descriptor.FindFieldByName(page)?.Accessor.Clear(query);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{query.Descriptor.FullName}\n{caller.Name}\n"), .. query.ToByteArray(), .. place];
        return HMACSHA256.HashData(key, content)[..BindingBytes];
    }
}
