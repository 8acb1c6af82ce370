// At stake: one caller with many tokens must not force the service to validate everybody's tokens again and again. Tested on ASP.NET Core's
// own token handler, whose validations the test counts.
using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Mining.Platform.Authentication;
using Mining.Platform.Tests.Support;
using Xunit;

namespace Mining.Platform.Tests.Authentication;

public sealed class AuthenticatorTests : IAsyncDisposable
{
    private const int TokenCharacters = 2_000;
    private static readonly SymmetricSecurityKey Key = new(Encoding.ASCII.GetBytes("a key of the test, long enough for its algorithm"));
    private static readonly IssuerSettings Issuer = new() { Alias = "eu", Issuer = "https://issuer.example", Audience = "mining", Sides = ["EU"] };

    private readonly ConcurrentDictionary<string, int> validations = new();
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly ServiceProvider services;
    private readonly Authenticator authenticator;

    public AuthenticatorTests()
    {
        var collection = new ServiceCollection().AddLogging();
        collection.AddAuthentication().AddJwtBearer(Issuer.Alias, options =>
        {
            options.Configuration = new OpenIdConnectConfiguration();
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new() { ValidIssuer = Issuer.Issuer, ValidAudience = Issuer.Audience, IssuerSigningKey = Key };
            options.Events = new JwtBearerEvents
            {
                OnTokenValidated = context =>
                {
                    validations.AddOrUpdate(context.Principal!.FindFirstValue("sub")!, 1, (_, count) => count + 1);
                    return Task.CompletedTask;
                },
            };
        });
        services = collection.BuildServiceProvider();
        authenticator = new Authenticator([Issuer], time, new LogLines<Authenticator>());
    }

    [Fact]
    public async Task A_token_in_use_stays_cached_during_a_flood_of_other_tokens()
    {
        const int flood = 3 * Authenticator.MaxRememberedCharacters / 2 / TokenCharacters;
        var used = Token("used");
        for (var i = 0; i < flood; i++)
        {
            await Authenticate(Token($"flood-{i}"));
            if (i % 100 == 0)
                Assert.Equal("eu:used", (await Authenticate(used)).Name);
        }

        Assert.Equal(1, validations["used"]);
        Assert.Equal(flood + 1, validations.Count);
    }

    [Fact]
    public async Task A_token_is_validated_again_after_a_minute()
    {
        var token = Token("used");
        await Authenticate(token);
        time.Advance(Authenticator.Memory - TimeSpan.FromSeconds(1));
        await Authenticate(token);
        Assert.Equal(1, validations["used"]);
        time.Advance(TimeSpan.FromSeconds(1));
        await Authenticate(token);
        Assert.Equal(2, validations["used"]);
    }

    public async ValueTask DisposeAsync()
    {
        authenticator.Dispose();
        await services.DisposeAsync();
    }

    private async Task<Caller> Authenticate(string token)
    {
        await using var scope = services.CreateAsyncScope();
        return await authenticator.Authenticate(new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            Request = { Headers = { Authorization = $"Bearer {token}" } },
        });
    }

    private static string Token(string subject) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer.Issuer,
        Audience = Issuer.Audience,
        Claims = new Dictionary<string, object> { ["sub"] = subject, ["padding"] = new string('x', TokenCharacters * 3 / 4) },
        SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.HmacSha256),
    });
}
