using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mining.Cli.Shell;

namespace Mining.Cli.Login;

/// <summary>
/// Gets a token from the issuer that a local mesh is for itself. The gateway says which issuers it trusts (RFC 9728); one on this
/// machine's loopback address that speaks without TLS is such an issuer, and hands out tokens to whoever asks.
/// </summary>
internal sealed class LocalLogin(Uri gateway, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };

    public void Dispose() => http.Dispose();

    /// <summary>The issuers that the gateway trusts. Empty: it does not say, or does not answer.</summary>
    public async Task<IReadOnlyList<Uri>> Issuers(CancellationToken cancellation)
    {
        try
        {
            var metadata = await http.GetFromJsonAsync<Metadata>(new Uri(gateway, "/.well-known/oauth-protected-resource"), cancellation);
            return [.. (metadata?.Issuers ?? []).Select(issuer => new Uri(issuer))];
        }
        catch (Exception exception) when (IsNoAnswer(exception, cancellation))
        {
            return [];
        }
    }

    /// <summary>Whether an issuer is that of a local mesh.</summary>
    public static bool IsLocal(Uri issuer) => issuer is { Scheme: "http", IsLoopback: true };

    /// <summary>Asks a local issuer for a token.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="persona">As whom; null: as the local developer.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">It knows nobody of that name.</exception>
    public async Task<(StoredToken Token, string Text)?> Ask(Uri issuer, string? persona, CancellationToken cancellation)
    {
        try
        {
            using var form = new FormUrlEncodedContent(persona is null ? [] : [new("as", persona)]);
            using var response = await http.PostAsync(new Uri(issuer, "/token"), form, cancellation);
            var answer = await response.Content.ReadFromJsonAsync<Answer>(cancellation);
            if (answer?.Problem is { Length: > 0 } problem)
                throw new UsageException($"--as: {problem}");
            return answer?.Token is { Length: > 0 } token
                ? (new StoredToken(token, answer.Subject, time.GetUtcNow() + TimeSpan.FromSeconds(answer.Seconds)), answer.Text)
                : null;
        }
        catch (Exception exception) when (IsNoAnswer(exception, cancellation))
        {
            return null;
        }
    }

    private static bool IsNoAnswer(Exception exception, CancellationToken cancellation) =>
        exception is HttpRequestException or JsonException or NotSupportedException or UriFormatException
        || (exception is OperationCanceledException && !cancellation.IsCancellationRequested);

    private sealed record Metadata([property: JsonPropertyName("authorization_servers")] IReadOnlyList<string>? Issuers);

    private sealed record Answer(
        [property: JsonPropertyName("access_token")] string? Token,
        [property: JsonPropertyName("expires_in")] int Seconds,
        [property: JsonPropertyName("subject")] string Subject,
        [property: JsonPropertyName("description")] string Text,
        [property: JsonPropertyName("error_description")] string? Problem);
}
