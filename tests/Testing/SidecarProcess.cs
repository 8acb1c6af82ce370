using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Mining.Testing;

/// <summary>The local sidecar as a real process; killed and started again it is at the same address, and has forgotten everything.</summary>
public sealed class SidecarProcess(string appApiToken) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> log = new();
    private readonly int httpPort = ServiceProcess.FreePort();
    private readonly Dictionary<string, string> apps = [];
    private Process? process;

    public int Port { get; } = ServiceProcess.FreePort();

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Faults for the next start, for example <c>--drop-ppm 100000</c>.</summary>
    public IReadOnlyList<string> Faults { get; set; } = [];

    public string Log => string.Join('\n', log);

    /// <summary>Says where an app takes its deliveries.</summary>
    public void Serve(ServiceProcess app) => apps[app.Name] = $"http://127.0.0.1:{app.DeliveryPort}";

    /// <summary>Starts the process and waits until it is healthy.</summary>
    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "Mining.LocalMesh.dll"), "sidecar", "--grpc-port", $"{Port}", "--http-port", $"{httpPort}",
            "--pubsub", "mesh-pubsub", .. apps.SelectMany(app => (string[])["--app", $"{app.Key}={app.Value}"]), .. Faults])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["APP_API_TOKEN"] = appApiToken;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        await Eventually.True(
            async () =>
            {
                Assert.False(process.HasExited, $"the sidecar ended at its start:\n{Log}");
                try
                {
                    return (await http.GetAsync(new Uri($"http://127.0.0.1:{httpPort}/v1.0/healthz"))).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(30),
            () => $"the sidecar is not healthy:\n{Log}");
    }

    /// <summary>Ends the process as a power cut would.</summary>
    public async Task Kill()
    {
        if (process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        process?.Dispose();
    }
}
