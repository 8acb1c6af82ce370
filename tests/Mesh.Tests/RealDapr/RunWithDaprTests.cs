// At stake: one command starts the mesh with real sidecars, for a trial before production. It must work, report what is missing, and leave
// nothing behind.
using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Mining.Cli.Shell;
using Mining.LocalMesh.Run;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.RealDapr;

[Collection(OneRealMesh.Name)]
public sealed class RunWithDaprTests : IDisposable
{
    /// <summary>The highest port of a mesh, relative to the gateway's.</summary>
    private const int Ports = 64;

    /// <summary>The metrics port of the gateway's sidecar, relative to the gateway's port.</summary>
    private const int GatewaySidecarMetrics = 60;

    private readonly string folder = Directory.CreateTempSubdirectory("mining-run-").FullName;
    private readonly int portBase = FreeRange();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task With_Dapr_the_sample_arrives_through_the_broker_and_an_interrupt_leaves_no_process()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals to send");
        _ = (RealPrograms.Daprd, RealPrograms.Redis);
        await using var mesh = Start();
        await Eventually.True(
            () => Task.FromResult(mesh.HasEnded || mesh.Log.Contains("ready after", StringComparison.Ordinal)), TimeSpan.FromSeconds(90), () => mesh.Tail);
        Assert.False(mesh.HasEnded, mesh.Log);

        Assert.Contains("141 projects", mesh.Log, StringComparison.Ordinal);
        Assert.Equal(0, await MiningCommandLine.Run(["summary", "--address", $"http://127.0.0.1:{portBase}"], CommandContext.ForCurrentProcess()));
        await Eventually.True(
            async () => await DaprMetrics.Deliveries(portBase + GatewaySidecarMetrics, "investors.changes") > 0,
            TimeSpan.FromSeconds(20),
            () => $"the gateway's sidecar delivers nothing:\n{mesh.Tail}");

        using (var interrupt = Process.Start("kill", ["-INT", mesh.Id.ToString(CultureInfo.InvariantCulture)]))
            await interrupt.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await mesh.End(TimeSpan.FromSeconds(30)));
        Assert.Empty(Listening(portBase));
    }

    [Fact]
    public async Task Without_daprd_the_message_says_how_to_get_it()
    {
        await using var mesh = Start(("DAPRD", Path.Combine(folder, "missing")));

        Assert.NotEqual(0, await mesh.End(TimeSpan.FromSeconds(30)));
        Assert.Contains(InstalledPrograms.HowToGetDaprd, mesh.Log, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Listening(int first) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
        .Select(listener => listener.Port).Where(port => port >= first && port < first + Ports);

    private static int FreeRange()
    {
        int first;
        do
            first = ServiceProcess.FreePort();
        while (Listening(first).Any());
        return first;
    }

    /// <summary>The program as <c>./dev run</c> starts it; it finds the services in its own folder.</summary>
    private ChildProcess Start(params (string Key, string Value)[] environment)
    {
        var build = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var start = new ProcessStartInfo("dotnet", [
            Repository.PathOf("services", "LocalMesh", "bin", build.Parent!.Name, build.Name, "Mining.LocalMesh.dll"),
            "run", "--dapr", "--port-base", $"{portBase}", "--folder", folder]);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var process = new ChildProcess();
        process.Launch(start);
        return process;
    }
}
