using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mining.LocalMesh.Identity;
using Mining.Testing;

namespace Mining.Mesh.Tests.Access;

/// <summary>Tokens that must be refused, each invalid in one way, with the expected reason.</summary>
internal static class Tokens
{
    private static readonly DateTime Now = TimeProvider.System.GetUtcNow().UtcDateTime;

    public static IReadOnlyList<(string Name, string? Token, string Reason)> Bad =>
    [
        ("no token", null, "TOKEN_MISSING"),
        ("not a JSON web token", "opensesame", "TOKEN_INVALID"),
        ("expired", Of(token => (token.IssuedAt, token.NotBefore, token.Expires) = (Now.AddHours(-2), Now.AddHours(-2), Now.AddMinutes(-2))), "TOKEN_EXPIRED"),
        ("not valid yet", Of(token => (token.NotBefore, token.Expires) = (Now.AddMinutes(10), Now.AddHours(2))), "TOKEN_INVALID"),
        ("no end", Of(token => token.Expires = null), "TOKEN_INVALID"),
        ("wrong audience", Of(token => token.Audience = "another"), "TOKEN_INVALID"),
        ("no audience", Of(token => token.Audience = null), "TOKEN_INVALID"),
        ("wrong issuer", Of(token => token.Issuer = "https://elsewhere.example"), "TOKEN_INVALID"),
        ("another key", Of(token => token.SigningCredentials = ForeignKey()), "TOKEN_INVALID"),
        ("alg: none", Unsigned("""{"alg":"none","typ":"JWT"}""", ""), "TOKEN_INVALID"),
        ("the public key as a shared secret", SharedSecret(), "TOKEN_INVALID"),
        ("tampered", Tampered(), "TOKEN_INVALID"),
        ("no signature", Of()[..Of().LastIndexOf('.')] + ".", "TOKEN_INVALID"),
        ("no subject", TestIssuer.Shared.TokenFor(TestIssuer.Developer with { Name = "" }), "TOKEN_INVALID"),
        ("a subject that cannot be recorded", TestIssuer.Shared.TokenFor(TestIssuer.Developer with { Name = "a\nb" }), "TOKEN_INVALID"),
    ];

    public static string Of(Action<SecurityTokenDescriptor>? adapt = null) => TestIssuer.Shared.TokenFor(TestIssuer.Developer, adapt);

    private static string Payload => Of().Split('.')[1];

    private static SigningCredentials ForeignKey() =>
        new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = new JsonWebToken(Of()).Kid }, SecurityAlgorithms.EcdsaSha256);

    private static string Unsigned(string header, string signature) => $"{Base64UrlEncoder.Encode(header)}.{Payload}.{signature}";

    /// <summary>An algorithm-confusion attack: the public key is used as an HMAC secret.</summary>
    private static string SharedSecret()
    {
        using var http = new HttpClient();
        var keys = Task.Run(() => http.GetStringAsync(new Uri($"{TestIssuer.Shared.Address}/keys"))).GetAwaiter().GetResult();
        var head = $"{Base64UrlEncoder.Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{new JsonWebToken(Of()).Kid}}"}""")}.{Payload}";
        return $"{head}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(keys), Encoding.ASCII.GetBytes(head)))}";
    }

    /// <summary>A board member's own token, modified to claim the officer role.</summary>
    private static string Tampered()
    {
        var parts = TestIssuer.Shared.TokenFor(Persona.All.Single(persona => persona.Name == "board")).Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("\"board\"", "\"officer\"", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}
