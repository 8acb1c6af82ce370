using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Mining.Platform.Paging;

/// <summary>Page sizes.</summary>
public static class PageSizes
{
    public const int Default = 100;
    public const int Max = 1_000;

    /// <summary>
    /// Reads a page size: 0 means the default, values above the maximum count as the maximum, and a negative value is a violation.
    /// </summary>
    public static int Read(int pageSize, Violations violations)
    {
        if (pageSize < 0)
            violations.Add("page_size", $"is {pageSize}; it must not be negative.");
        return pageSize <= 0 ? Default : Math.Min(pageSize, Max);
    }
}

/// <summary>
/// Opaque page tokens. A token contains a position and is bound by an HMAC to its caller and query, so that it cannot be used with other
/// filters or by another caller, nor be forged without the key.
/// </summary>
/// <param name="key">
/// The HMAC key, the same for all replicas of a service. With an empty key tokens can be forged, which is acceptable only in Development.
/// </param>
public sealed class PageTokens(byte[] key)
{
    private const int BindingBytes = 16;

    /// <summary>Creates a token for the position after a row.</summary>
    /// <param name="request">The query. Its page fields are ignored.</param>
    /// <param name="caller">The caller, the only one who can use the token.</param>
    /// <param name="position">The position, for example the last row's name.</param>
    public string Write(IMessage request, Caller caller, params string[] position)
    {
        var place = JsonSerializer.SerializeToUtf8Bytes(position);
        return Base64Url.EncodeToString([.. Binding(request, caller, place), .. place]);
    }

    /// <summary>
    /// Returns the position in a token; empty for the first page. Adds a violation for a foreign token or one of another caller or query.
    /// </summary>
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
                // Reported below.
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
