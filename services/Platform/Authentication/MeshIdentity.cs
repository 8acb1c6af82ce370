using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Mining.Platform.Authentication;

/// <summary>Adds authentication to a process: one ASP.NET Core handler per issuer, and the authenticator that uses them.</summary>
public static class MeshIdentity
{
    /// <summary>Path where clients without a token find the trusted issuers (RFC 9728).</summary>
    public const string MetadataPath = "/.well-known/oauth-protected-resource";

    /// <summary>Allowed signature algorithms. Only asymmetric ones, so that a service that can verify tokens cannot create them.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Adds the configured issuers, already checked with the other settings at the start.</summary>
    public static WebApplicationBuilder AddIdentity(this WebApplicationBuilder builder)
    {
        var issuers = IssuerSettings.Read(builder.Configuration, builder.Environment.IsDevelopment(), problems: []);
        // With a single issuer, ASP.NET Core would use its scheme as the default and verify the token of every call a second time, without
        // the authenticator's cache. That would be three quarters of the cost of a summary call.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", isEnabled: true);
        var authentication = builder.Services.AddAuthentication();
        foreach (var issuer in issuers)
            authentication.AddJwtBearer(issuer.Alias, options => Configure(options, issuer));
        builder.Services.AddSingleton(issuers);
        builder.Services.AddSingleton(provider => new Authenticator(
            issuers, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Authenticator>>()));
        builder.Services.AddSingleton(provider => new ServiceToken(
            builder.Configuration["Mesh:Identity:TokenFile"], provider.GetRequiredService<TimeProvider>()));
        return builder;
    }

    /// <summary>Publishes the trusted issuers for clients without a token.</summary>
    public static void MapIdentityMetadata(this WebApplication app)
    {
        var issuers = app.Services.GetRequiredService<IReadOnlyList<IssuerSettings>>();
        app.MapGet(MetadataPath, (HttpContext context) => Results.Json(new Dictionary<string, object>
        {
            ["resource"] = $"{context.Request.Scheme}://{context.Request.Host}",
            ["authorization_servers"] = issuers.Where(issuer => issuer.Sides.Count > 0).Select(issuer => issuer.Issuer).ToArray(),
            ["bearer_methods_supported"] = (string[])["header"],
        }));
    }

    private static void Configure(JwtBearerOptions options, IssuerSettings issuer)
    {
        options.Authority = issuer.Issuer;
        if (issuer.MetadataAddress is { Length: > 0 } metadata)
            options.MetadataAddress = metadata;
        options.RequireHttpsMetadata = !issuer.IsForDevelopment;
        options.MapInboundClaims = false;
        options.BackchannelTimeout = TimeSpan.FromSeconds(5);
        options.BackchannelHttpHandler = Backchannel(issuer);
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = issuer.Audience,
            ValidAlgorithms = Algorithms,
            ClockSkew = ClockSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateIssuerSigningKey = true,
            NameClaimType = "sub",
        };
    }

    private static SocketsHttpHandler Backchannel(IssuerSettings issuer)
    {
        var handler = new SocketsHttpHandler { UseProxy = !issuer.IsForDevelopment, ConnectTimeout = TimeSpan.FromSeconds(3) };
        if (issuer.CertificateAuthorityFile is not { Length: > 0 } file)
            return handler;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return handler;
    }
}
