using System.Net.Http.Headers;
using Mining.Primitives.Time;

namespace Mining.Platform.Authentication;

/// <summary>
/// The token for this process's calls to other services: the content of a file that is kept fresh externally, such as a projected
/// service-account token. It is re-read every <see cref="Interval"/>.
/// </summary>
/// <param name="file">Path of the file; if null or empty, calls carry no token.</param>
/// <param name="time">The clock.</param>
public sealed class ServiceToken(string? file, TimeProvider time)
{
    /// <summary>How often the file is re-read.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private sealed record Entry(AuthenticationHeaderValue Header, TimeSpan ReadAt);

    private volatile Entry? last;

    /// <summary>The authorization header; null if there is no token.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public AuthenticationHeaderValue? Header()
    {
        if (string.IsNullOrEmpty(file))
            return null;
        var now = time.MonotonicNow();
        if (last is { } entry && now - entry.ReadAt < Interval)
            return entry.Header;
        var header = new AuthenticationHeaderValue("Bearer", File.ReadAllText(file).Trim());
        last = new Entry(header, now);
        return header;
    }
}

/// <summary>Adds the process's token to calls without a token of their own.</summary>
internal sealed class ServiceTokenHandler(ServiceToken token, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization ??= token.Header();
        return base.SendAsync(request, cancellationToken);
    }
}
