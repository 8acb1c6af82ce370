using System.Globalization;
using System.Net.Http.Headers;

namespace Mining.Cli.Login;

/// <summary>
/// Adds a token to every call: the given one, or else the stored one. At a local mesh without a stored token it signs in as the local
/// developer and says so.
/// </summary>
internal sealed class LoginHandler(
    Uri gateway, string? givenToken, TokenStore store, TextWriter error, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Unauthenticated = "16";
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim loginLock = new(1);
    private string? token;
    private DateTimeOffset expires;
    private bool isLocal = true;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var used = await Token(refused: null, cancellationToken);
        var response = await Send(request, used, cancellationToken);
        if (givenToken is not null || used is null || !IsRefused(response))
            return response;
        // The stored token is refused because the local mesh has a new key. A call refused for its token had no effect, so repeat it.
        var next = await Token(refused: used, cancellationToken);
        if (next is null || next == used)
            return response;
        response.Dispose();
        return await Send(request, next, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            loginLock.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Whether a response is an authentication error. A status without any message is sent in the headers.</summary>
    private static bool IsRefused(HttpResponseMessage response) =>
        response.Headers.TryGetValues("grpc-status", out var status) && status.Contains(Unauthenticated);

    private Task<HttpResponseMessage> Send(HttpRequestMessage request, string? token, CancellationToken cancellation)
    {
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return base.SendAsync(request, cancellation);
    }

    private async Task<string?> Token(string? refused, CancellationToken cancellation)
    {
        if (givenToken is not null)
            return givenToken;
        await loginLock.WaitAsync(cancellation);
        try
        {
            if (token is not null && token != refused && time.GetUtcNow() + Margin < expires)
                return token;
            if (store.Find(gateway) is { } kept && kept.Token != refused && time.GetUtcNow() + Margin < kept.Expires)
                return Use(kept);
            return isLocal ? await LogIn(cancellation) : null;
        }
        finally
        {
            loginLock.Release();
        }
    }

    private async Task<string?> LogIn(CancellationToken cancellation)
    {
        using var login = new LocalLogin(gateway, time);
        var issuers = await login.Issuers(cancellation);
        isLocal = issuers.Any(LocalLogin.IsLocal);
        if (!isLocal)
        {
            if (issuers.Count > 0)
                await error.WriteLineAsync($"This mesh accepts tokens from {string.Join(" and ", issuers)}. Pass one in MINING_TOKEN or with --token-file.");
            return null;
        }

        if (await login.Ask(issuers.First(LocalLogin.IsLocal), persona: null, cancellation) is not { } answer)
            return null;
        store.Keep(gateway, answer.Token);
        await error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Logged in as {answer.Text}; the token expires at {answer.Token.Expires:HH:mm} UTC. Use 'mining login --as NAME' for another persona."));
        return Use(answer.Token);
    }

    private string Use(StoredToken stored)
    {
        expires = stored.Expires;
        return token = stored.Token;
    }
}
