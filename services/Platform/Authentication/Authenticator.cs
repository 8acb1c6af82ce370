using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mining.Platform.Errors;
using Mining.Primitives.Time;

namespace Mining.Platform.Authentication;

/// <summary>
/// Authenticates callers by their bearer token. ASP.NET Core's JWT handler validates it (signature, issuer, audience, lifetime), with one
/// handler per issuer. The result is cached per token for at most <see cref="Memory"/>, and never beyond the token's expiry, so that the
/// signature is not verified on every call.
/// </summary>
public sealed class Authenticator : IDisposable
{
    /// <summary>How long a validated token is cached. A revoked key stays valid for this long.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many characters the remembered tokens have in all. The least recently used make room, so that a flood of new tokens costs those
    /// in use nothing.
    /// </summary>
    public const int MaxRememberedCharacters = 16 << 20;

    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 16 << 10;

    private readonly MemoryCache known = new(new MemoryCacheOptions { SizeLimit = MaxRememberedCharacters });
    private readonly Dictionary<string, IssuerSettings> issuers;
    private readonly JsonWebTokenHandler reader = new();
    private readonly TimeProvider time;
    private readonly ILogger<Authenticator> log;

    internal Authenticator(IReadOnlyList<IssuerSettings> issuers, TimeProvider time, ILogger<Authenticator> log)
    {
        this.issuers = issuers.ToDictionary(issuer => issuer.Issuer, StringComparer.Ordinal);
        this.time = time;
        this.log = log;
    }

    private sealed record Known(Caller Caller, TimeSpan Until, DateTime TokenEnd);

    /// <summary>The caller.</summary>
    /// <exception cref="RefusedException">
    /// UNAUTHENTICATED (TOKEN_MISSING, TOKEN_EXPIRED, TOKEN_INVALID); UNAVAILABLE (ISSUER_UNREACHABLE) if the issuer's keys cannot be
    /// fetched.
    /// </exception>
    public ValueTask<Caller> Authenticate(HttpContext call)
    {
        string? header = call.Request.Headers.Authorization;
        return header is not null && known.Get<Known>(header) is { } entry && IsFresh(entry) ? new(entry.Caller) : Validate(call, header);
    }

    public void Dispose() => known.Dispose();

    private bool IsFresh(Known entry) => time.MonotonicNow() < entry.Until && time.GetUtcNow().UtcDateTime < entry.TokenEnd;

    private async ValueTask<Caller> Validate(HttpContext call, string? header)
    {
        if (string.IsNullOrEmpty(header))
            throw Refused("TOKEN_MISSING", "The call carries no token: send 'authorization: Bearer <token>'.");
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > MaxTokenLength)
            throw Refused("TOKEN_INVALID", "The authorization header is not 'Bearer <token>'.");
        if (!TryReadIssuer(header[Scheme.Length..], out var issuer))
            throw Refused("TOKEN_INVALID", "The token is not a JSON web token, or its issuer is not trusted here.");

        var result = await call.AuthenticateAsync(issuer.Alias);
        if (result is not { Succeeded: true, Principal: { } principal })
            throw Failed(issuer, result.Failure);
        var caller = Claims.Read(principal, issuer, out var problem) ?? throw Refused("TOKEN_INVALID", $"The token cannot be used: {problem}.");

        var end = result.Properties?.ExpiresUtc?.UtcDateTime ?? DateTime.MinValue;
        var entry = new Known(caller, time.MonotonicNow() + Memory, end);
        known.Set(header, entry, new MemoryCacheEntryOptions { Size = header.Length, AbsoluteExpirationRelativeToNow = Memory });
        return caller;
    }

    /// <summary>Reads the issuer that a token claims. Only that issuer's keys can confirm it.</summary>
    private bool TryReadIssuer(string token, [NotNullWhen(true)] out IssuerSettings? issuer)
    {
        issuer = null;
        try
        {
            return reader.CanReadToken(token) && issuers.TryGetValue(reader.ReadJsonWebToken(token).Issuer, out issuer);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private RefusedException Failed(IssuerSettings issuer, Exception? failure)
    {
        switch (failure)
        {
            case SecurityTokenExpiredException:
                return Refused("TOKEN_EXPIRED", "The token has expired: log in again.");
            case SecurityTokenNotYetValidException:
                return Refused("TOKEN_INVALID", "The token is not valid yet: the clocks of its issuer and of this service differ.");
            case SecurityTokenInvalidAudienceException:
                return Refused("TOKEN_INVALID", $"The token is for another audience; this mesh expects '{issuer.Audience}'.");
            case SecurityTokenSignatureKeyNotFoundException or SecurityTokenException:
                return Refused("TOKEN_INVALID", $"The token is not validly signed by {issuer.Alias} for this mesh.");
            default:
                // The refusal has no details, because an issuer's address may be internal.
                log.LogError(failure, "The keys of {Issuer} ({Address}) cannot be fetched", issuer.Alias, issuer.Issuer);
                return new RefusedException(Refusal.Unavailable(
                    "ISSUER_UNREACHABLE", $"The keys of the issuer {issuer.Alias} cannot be fetched, so its tokens cannot be validated; retry."));
        }
    }

    private static RefusedException Refused(string reason, string message) => new(new Refusal(StatusCode.Unauthenticated, reason, message));
}
