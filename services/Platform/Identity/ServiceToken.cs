using System.Net.Http.Headers;
using Mining.Platform.Hosting;

namespace Mining.Platform.Identity;

/// <summary>
/// The token with which this process calls the others: the content of a file that something else keeps fresh, such as a projected
/// service-account token. It is read again every <see cref="Interval"/>.
/// </summary>
/// <param name="file">Its path; null or empty: calls carry no token.</param>
/// <param name="time">The clock.</param>
public sealed class ServiceToken(string? file, TimeProvider time)
{
    /// <summary>How often the file is read again.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private sealed record Entry(AuthenticationHeaderValue Header, TimeSpan ReadAt);

    private volatile Entry? last;

    /// <summary>The header that a call carries; null: none.</summary>
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

/// <summary>Puts the process's token into a call that carries none of its own.</summary>
internal sealed class ServiceTokenHandler(ServiceToken token, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization ??= token.Header();
        return base.SendAsync(request, cancellationToken);
    }
}
