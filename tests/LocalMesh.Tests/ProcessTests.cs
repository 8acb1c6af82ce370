// At stake: other programs start, await and stop the sidecar. It must be quick in all three and report what is wrong.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dapr.Client;

namespace Mining.LocalMesh.Tests;

public sealed class ProcessTests
{
    private static readonly string Exe = Path.Combine(AppContext.BaseDirectory, "Mining.LocalMesh.dll");

    [Fact]
    public async Task It_starts_delivers_and_stops_within_two_seconds_of_a_signal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals to send");
        await using var app = await FakeApp.Following("a").StartAsync();
        using var sidecar = Start(
            $"sidecar --grpc-port 0 --http-port 0 --pubsub {Mesh.Pubsub} --app one={app.Address} --delay-max-ms 1", ("APP_API_TOKEN", "to-app"), ("DAPR_API_TOKEN", "to-sidecar"));
        using var client = await ConnectAsync(sidecar, "to-sidecar");

        Assert.True(await client.CheckHealthAsync(TestContext.Current.CancellationToken));
        await client.BulkPublishEventAsync(Mesh.Pubsub, "a", new List<RelayEvent> { new("1", []) }, cancellationToken: TestContext.Current.CancellationToken);
        var (got, token) = await app.NextAsync();
        Assert.Equal(("1", "to-app"), (got.Id, token));

        using var kill = Process.Start("kill", ["-TERM", $"{sidecar.Id}"]);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await sidecar.WaitForExitAsync(timeout.Token);
        Assert.Equal(0, sidecar.ExitCode);
    }

    [Fact]
    public async Task Every_invalid_argument_is_named()
    {
        using var sidecar = Start("sidecar --grpc-port 70000 --app projects --app a=http://127.0.0.1:1 --app a=http://127.0.0.1:2 --drop-ppm 2000000");

        var errors = await sidecar.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await sidecar.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, sidecar.ExitCode);
        foreach (var named in new[] { "--grpc-port is from 0 to 65535", "'projects'", "'a' 2 times", "--drop-ppm is from 0 to 1000000", "--http-port" })
            Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_reported_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var sidecar = Start($"sidecar --grpc-port {((IPEndPoint)taken.LocalEndpoint).Port} --http-port 0");

        var errors = await sidecar.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await sidecar.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, sidecar.ExitCode);
        Assert.Contains("already in use", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static Process Start(string arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", $"\"{Exe}\" {arguments}") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Reads from the sidecar's first line where it listens.</summary>
    private static async Task<DaprClient> ConnectAsync(Process sidecar, string token = "")
    {
        var line = await sidecar.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        var urls = line.Split(' ', ',').Where(word => word.StartsWith("http://", StringComparison.Ordinal)).ToList();
        Assert.True(urls.Count == 2, line);
        return new DaprClientBuilder().UseGrpcEndpoint(urls[0]).UseHttpEndpoint(urls[1]).UseDaprApiToken(token).Build();
    }
}
