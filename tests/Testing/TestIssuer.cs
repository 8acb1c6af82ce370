using System.Net.Http.Headers;
using Grpc.Net.Client;
using Mining.LocalMesh.Identity;

namespace Mining.Testing;

/// <summary>The issuer whose tokens every process of the tests trusts: that of the local mesh, one for a test program.</summary>
public static class TestIssuer
{
    private static readonly Lazy<DevelopmentIssuer> Started = new(() => Task.Run(() => DevelopmentIssuer.Start(
        ServiceProcess.FreePort(), Directory.CreateTempSubdirectory("mining-issuer-").FullName, TimeProvider.System)).GetAwaiter().GetResult());

    public static DevelopmentIssuer Shared => Started.Value;

    /// <summary>Who acts for both sides in every role: for tests that are about something else.</summary>
    public static readonly Persona Developer = Persona.All.Single(persona => persona.Name == "developer");

    /// <summary>What a service's process is told about it.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Settings(string service, string folder)
    {
        var tokenFile = Path.Combine(folder, service + ".token");
        Shared.WriteToken(service, tokenFile);
        return Shared.Settings(service, tokenFile).Append(new("DOTNET_ENVIRONMENT", "Development"));
    }

    /// <summary>The same for a service inside the test, as arguments of its command line.</summary>
    public static IEnumerable<string> Arguments(string service) => Settings(service, Directory.CreateTempSubdirectory("mining-in-process-").FullName)
        .Select(setting => setting.Key == "DOTNET_ENVIRONMENT" ? $"--environment={setting.Value}" : $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}");

    /// <summary>A channel whose calls carry the token of a persona; it connects when a call needs it, so that a process that is back is reached at once.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="persona">As whom; default: the developer.</param>
    public static GrpcChannel Channel(string address, Persona? persona = null) => ChannelWith(address, Shared.TokenFor(persona ?? Developer));

    /// <summary>A channel whose calls carry a token as it is; null: none.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="token">The token.</param>
    /// <param name="streamWindow">How many bytes of an answer it takes before the server waits; default: HTTP/2's own, as a client of others has it.</param>
    public static GrpcChannel ChannelWith(string address, string? token, int streamWindow = 65_535) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = 64 << 20,
        HttpClient = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, InitialHttp2StreamWindowSize = streamWindow, UseProxy = false })
        {
            DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
        },
        DisposeHttpClient = true,
    });
}
