using System.Net.Http.Headers;
using Grpc.Net.Client;
using Mining.LocalMesh.Identity;

namespace Mining.Testing;

/// <summary>The issuer whose tokens every test process trusts: that of the local mesh, one per test program.</summary>
public static class TestIssuer
{
    private static readonly Lazy<DevelopmentIssuer> Started = new(() => Task.Run(() => DevelopmentIssuer.Start(
        ServiceProcess.FreePort(), Directory.CreateTempSubdirectory("mining-issuer-").FullName, TimeProvider.System)).GetAwaiter().GetResult());

    public static DevelopmentIssuer Shared => Started.Value;

    /// <summary>A caller for both sides with every role: for tests that are not about access.</summary>
    public static readonly Persona Developer = Persona.All.Single(persona => persona.Name == "developer");

    /// <summary>The settings of a service's process for this issuer.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Settings(string service, string folder)
    {
        var tokenFile = Path.Combine(folder, service + ".token");
        Shared.WriteToken(service, tokenFile);
        return Shared.Settings(service, tokenFile).Append(new("DOTNET_ENVIRONMENT", "Development"));
    }

    /// <summary>The same for an in-process service, as command-line arguments.</summary>
    public static IEnumerable<string> Arguments(string service) => Settings(service, Directory.CreateTempSubdirectory("mining-in-process-").FullName)
        .Select(setting => setting.Key == "DOTNET_ENVIRONMENT" ? $"--environment={setting.Value}" : $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}");

    /// <summary>
    /// A channel whose calls carry the token of a persona. It connects on the first call, so that a restarted process is reached at once.
    /// </summary>
    /// <param name="address">The address to call.</param>
    /// <param name="persona">The caller; default: the developer.</param>
    public static GrpcChannel Channel(string address, Persona? persona = null) => ChannelWith(address, Shared.TokenFor(persona ?? Developer));

    /// <summary>A channel whose calls carry a given token; null: none.</summary>
    /// <param name="address">The address to call.</param>
    /// <param name="token">The token.</param>
    /// <param name="streamWindow">The flow-control window: how many bytes of an answer it buffers before the server waits; default: that of
    /// HTTP/2.</param>
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
