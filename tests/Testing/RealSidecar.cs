using System.Diagnostics;
using Xunit;

namespace Mining.Testing;

/// <summary>A real Dapr sidecar beside one app, started as <c>dapr run</c> does it.</summary>
/// <param name="appId">The app's id.</param>
/// <param name="appPort">The port for the app's deliveries; null: it takes none.</param>
/// <param name="resources">The folder of the components and the resiliency.</param>
public sealed class RealSidecar(string appId, int? appPort, string resources) : IAsyncDisposable
{
    private readonly string program = RealPrograms.Daprd;
    private readonly int httpPort = ServiceProcess.FreePort();
    private readonly int internalPort = ServiceProcess.FreePort();
    private readonly int metricsPort = ServiceProcess.FreePort();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    public int GrpcPort { get; } = ServiceProcess.FreePort();

    public string Address => $"http://127.0.0.1:{GrpcPort}";

    public string HttpAddress => $"http://127.0.0.1:{httpPort}";

    public ChildProcess Process { get; } = new();

    /// <summary>The token that it presents to the app; empty: none.</summary>
    public string AppApiToken { get; init; } = "";

    /// <summary>The token that it requires of callers; empty: none.</summary>
    public string DaprApiToken { get; init; } = "";

    /// <summary>Its environment, besides the tokens.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Further options of daprd.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Starts it and waits until it accepts publications; it may still wait for its app.</summary>
    public async Task Start()
    {
        string[] app = appPort is { } port ? ["--app-port", $"{port}", "--app-protocol", "grpc", "--enable-app-health-check"] : [];
        var start = new ProcessStartInfo(program, [
            "--app-id", appId, .. app, "--resources-path", resources,
            "--dapr-listen-addresses", "127.0.0.1", "--dapr-grpc-port", $"{GrpcPort}", "--dapr-http-port", $"{httpPort}",
            "--dapr-internal-grpc-listen-address", "127.0.0.1", "--dapr-internal-grpc-port", $"{internalPort}",
            "--metrics-listen-address", "127.0.0.1", "--metrics-port", $"{metricsPort}",
            "--disable-builtin-k8s-secret-store", "--dapr-graceful-shutdown-seconds", "1", .. Options]);
        foreach (var (key, value) in Environment)
            Set(key, value);
        Set("APP_API_TOKEN", AppApiToken);
        Set("DAPR_API_TOKEN", DaprApiToken);
        Process.Launch(start);
        await Eventually.True(
            async () =>
            {
                Assert.False(Process.HasEnded, $"the sidecar of {appId} ended at its start:\n{Process.Tail}");
                return await IsHealthy();
            },
            TimeSpan.FromSeconds(30),
            () => $"the sidecar of {appId} is not healthy:\n{Process.Tail}");

        void Set(string key, string value)
        {
            if (value.Length > 0)
                start.Environment[key] = value;
            else
                start.Environment.Remove(key);
        }
    }

    /// <summary>Waits until its app has answered the request for its subscriptions.</summary>
    public Task Subscribed() => Eventually.True(
        () => Task.FromResult(appPort is null || Process.Log.Contains("app is subscribed to the following topics", StringComparison.Ordinal)),
        TimeSpan.FromSeconds(20),
        () => $"the sidecar of {appId} subscribes to nothing:\n{Process.Tail}");

    /// <summary>
    /// The number of events of a topic that the broker has delivered and the app has accepted, from the sidecar's metrics.
    /// </summary>
    /// <param name="topic">The topic.</param>
    public Task<long> Deliveries(string topic) => DaprMetrics.Deliveries(metricsPort, topic);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        http.Dispose();
    }

    private async Task<bool> IsHealthy()
    {
        try
        {
            return (await http.GetAsync(new Uri($"{HttpAddress}/v1.0/healthz/outbound"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
