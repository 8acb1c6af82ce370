using System.Diagnostics;
using Xunit;

namespace Mining.Testing;

/// <summary>The local sidecar as a real process. After a kill and a restart it has the same address and an empty memory.</summary>
public sealed class SidecarProcess(string appApiToken) : IAsyncDisposable
{
    private readonly int httpPort = ServiceProcess.FreePort();
    private readonly Dictionary<string, string> apps = [];

    public int Port { get; } = ServiceProcess.FreePort();

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>The process itself.</summary>
    public ChildProcess Process { get; } = new();

    /// <summary>The faults for the next start.</summary>
    public SidecarFaults Faults { get; set; } = SidecarFaults.None;

    public string Log => Process.Log;

    /// <summary>Sets the delivery address of an app.</summary>
    public void Serve(ServiceProcess app) => apps[app.Name] = $"http://127.0.0.1:{app.DeliveryPort}";

    /// <summary>Starts the process and waits until it is healthy.</summary>
    public async Task Start()
    {
        Launch();
        using var http = new HttpClient();
        try
        {
            await Eventually.True(
                async () =>
                {
                    Assert.False(Process.HasEnded, $"the sidecar exited during startup:\n{Process.Tail}");
                    try
                    {
                        return (await http.GetAsync(new Uri($"http://127.0.0.1:{httpPort}/v1.0/healthz"))).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                TimeSpan.FromSeconds(90),
                () => $"the sidecar is not healthy:\n{Process.Tail}");
        }
        catch
        {
            await Kill();
            throw;
        }
    }

    /// <summary>Starts the process without waiting.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "Mining.LocalMesh.dll"), "sidecar", "--grpc-port", $"{Port}", "--http-port", $"{httpPort}",
            "--pubsub", "mesh-pubsub", .. apps.SelectMany(app => (string[])["--app", $"{app.Key}={app.Value}"]), .. Faults.Options]);
        start.Environment["APP_API_TOKEN"] = appApiToken;
        Process.Launch(start);
    }

    /// <summary>Ends the process like a power cut.</summary>
    public Task Kill() => Process.Kill();

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}

/// <summary>The faults that the sidecar injects into deliveries; the same seed gives the same faults.</summary>
public sealed record SidecarFaults(long Seed, int DropPpm = 0, int DoublePpm = 0, int ReorderPpm = 0, int DelayMaxMs = 0, string Topic = "")
{
    public static readonly SidecarFaults None = new(0);

    internal IReadOnlyList<string> Options => this == None ? [] :
    [
        "--fault-seed", $"{Seed}", "--drop-ppm", $"{DropPpm}", "--double-ppm", $"{DoublePpm}", "--reorder-ppm", $"{ReorderPpm}",
        "--delay-max-ms", $"{DelayMaxMs}", .. Topic.Length > 0 ? (string[])["--fault-topic", Topic] : [],
    ];
}
