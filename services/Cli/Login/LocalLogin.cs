using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mining.Cli.Shell;

namespace Mining.Cli.Login;

/// <summary>
/// Gets a token from the issuer of a local mesh. The gateway lists the issuers that it trusts (RFC 9728). An issuer on the loopback
/// address without TLS belongs to a local mesh, and gives a token to any caller.
/// </summary>
internal sealed class LocalLogin(Uri gateway, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };

    public void Dispose() => http.Dispose();

    /// <summary>The issuers that the gateway trusts. Empty if it lists none or does not respond.</summary>
    public async Task<IReadOnlyList<Uri>> Issuers(CancellationToken cancellation)
    {
        try
        {
            var metadata = await http.GetFromJsonAsync<Metadata>(new Uri(gateway, "/.well-known/oauth-protected-resource"), cancellation);
            return [.. (metadata?.Issuers ?? []).Select(issuer => new Uri(issuer))];
        }
        catch (Exception exception) when (IsUnavailable(exception, cancellation))
        {
            return [];
        }
    }

    /// <summary>Whether an issuer belongs to a local mesh.</summary>
    public static bool IsLocal(Uri issuer) => issuer is { Scheme: "http", IsLoopback: true };

    /// <summary>Requests a token from a local issuer.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="persona">The persona; null: the local developer.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="UsageException">The issuer does not know the persona.</exception>
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
        catch (Exception exception) when (IsUnavailable(exception, cancellation))
        {
            return null;
        }
    }

    private static bool IsUnavailable(Exception exception, CancellationToken cancellation) =>
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
