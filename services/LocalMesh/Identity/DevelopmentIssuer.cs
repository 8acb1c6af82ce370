using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mining.LocalMesh.Identity;

/// <summary>
/// A token issuer for one machine. It creates its key at the first start, and gives a token to any caller on the loopback address.
/// Services trust it only in the Development environment; in others they refuse to start with it.
/// </summary>
public sealed class DevelopmentIssuer : IAsyncDisposable
{
    /// <summary>The lifetime of a token.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>The audience of its tokens.</summary>
    public const string Audience = "mining";

    private static readonly string[] Services = ["projects", "investors", "refining", "gateway"];

    private readonly JsonWebTokenHandler writer = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ECDsaSecurityKey key;
    private readonly TimeProvider time;
    private WebApplication? app;

    private DevelopmentIssuer(string address, ECDsa key, TimeProvider time)
    {
        Address = address;
        this.key = new ECDsaSecurityKey(key) { KeyId = KeyId(key) };
        this.time = time;
    }

    /// <summary>Its address, and the issuer named in its tokens.</summary>
    public string Address { get; }

    /// <summary>Starts the issuer.</summary>
    /// <param name="port">The loopback port that it listens on.</param>
    /// <param name="folder">The folder of its key, which is created if it is missing.</param>
    /// <param name="time">The clock.</param>
    public static async Task<DevelopmentIssuer> Start(int port, string folder, TimeProvider time)
    {
        var issuer = new DevelopmentIssuer($"http://127.0.0.1:{port}", OpenKey(folder), time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        issuer.app = builder.Build();
        issuer.Map(issuer.app);
        await issuer.app.StartAsync();
        return issuer;
    }

    /// <summary>The settings with which a service trusts this issuer and identifies itself.</summary>
    /// <param name="service">The service.</param>
    /// <param name="tokenFile">The file with the service's own token.</param>
    public IEnumerable<KeyValuePair<string, string>> Settings(string service, string tokenFile)
    {
        const string section = "Mesh__Identity__Issuers__local__";
        yield return new(section + "Issuer", Address);
        for (var i = 0; i < Persona.AllSides.Count; i++)
            yield return new($"{section}Sides__{i}", Persona.AllSides[i]);
        foreach (var other in Services)
            yield return new($"{section}Services__{other}", Subject(other));
        yield return new("Mesh__Identity__TokenFile", tokenFile);
    }

    /// <summary>Creates a token for a persona.</summary>
    /// <param name="persona">The persona.</param>
    /// <param name="adapt">Changes the token before it is signed, for example to an expired one.</param>
    public string TokenFor(Persona persona, Action<SecurityTokenDescriptor>? adapt = null) => Token(
        persona.Name,
        [
            .. persona.Sides.Select(side => new Claim("side", side)),
            .. persona.Roles.Select(role => new Claim("roles", role)),
            new Claim("organisation", "local"),
        ],
        adapt);

    /// <summary>Writes a service's own token to its file.</summary>
    public void WriteToken(string service, string tokenFile)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(tokenFile)!);
        var draft = tokenFile + ".new";
        WriteSecret(draft, Token(Subject(service), []));
        File.Move(draft, tokenFile, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        key.ECDsa.Dispose();
    }

    private static string Subject(string service) => $"service-account:{service}";

    private string Token(string subject, IEnumerable<Claim> claims, Action<SecurityTokenDescriptor>? adapt = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Subject = new ClaimsIdentity([new Claim("sub", subject), .. claims]),
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        };
        adapt?.Invoke(token);
        return writer.CreateToken(token);
    }

    private void Map(WebApplication server)
    {
        // Protects against DNS rebinding: a web page whose host name resolves to this machine gets no token.
        server.Use((HttpContext context, RequestDelegate next) =>
        {
            if (context.Request.Host.Host is "127.0.0.1" or "localhost")
                return next(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
        server.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = Address,
            ["jwks_uri"] = $"{Address}/keys",
            ["token_endpoint"] = $"{Address}/token",
            ["response_types_supported"] = (string[])["token"],
            ["subject_types_supported"] = (string[])["public"],
            ["id_token_signing_alg_values_supported"] = (string[])[SecurityAlgorithms.EcdsaSha256],
        }));
        server.MapGet("/keys", () => Results.Json(new Dictionary<string, object> { ["keys"] = (object[])[PublicKey()] }));
        server.MapPost("/token", async (HttpContext context) =>
        {
            var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
            var name = form?["as"].ToString() is { Length: > 0 } given ? given : Persona.All[0].Name;
            return Persona.All.FirstOrDefault(persona => persona.Name == name) is { } found
                ? Results.Json(new Dictionary<string, object>
                {
                    ["access_token"] = TokenFor(found),
                    ["token_type"] = "Bearer",
                    ["expires_in"] = (int)Lifetime.TotalSeconds,
                    ["subject"] = found.Name,
                    ["description"] = found.DisplayText,
                })
                : Results.Json(
                    new Dictionary<string, object>
                    {
                        ["error"] = "invalid_request",
                        ["error_description"] = $"'{name}' is unknown; the personas are {string.Join(", ", Persona.All.Select(persona => persona.Name))}.",
                    },
                    statusCode: StatusCodes.Status400BadRequest);
        });
    }

    private Dictionary<string, string> PublicKey()
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new Dictionary<string, string>
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = SecurityAlgorithms.EcdsaSha256,
            ["kid"] = key.KeyId,
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }

    private static string KeyId(ECDsa key) => Base64UrlEncoder.Encode(SHA256.HashData(key.ExportSubjectPublicKeyInfo())[..12]);

    private static ECDsa OpenKey(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "signing-key.pem");
        if (!File.Exists(file))
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WriteSecret(file, made.ExportPkcs8PrivateKeyPem());
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return key;
    }

    /// <summary>Creates a file that only its owner can read. The mode is set when the file is created, not afterwards.</summary>
    private static void WriteSecret(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new StreamWriter(file, options);
        stream.Write(text);
    }
}
