// At stake: an operator who has mistyped a setting. The process reports all problems in plain sentences, and its exit code says whether a
// restart can help; a stack trace would hide both. Tested on real processes.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Stopping;

public sealed class CannotRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mining-cannot-run-").FullName;
    private readonly int port = ServiceProcess.FreePort();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("projects", "ConnectionStrings__Database", "", "set ConnectionStrings__Database")]
    [InlineData("projects", "ConnectionStrings__Database", "Dat Source=x", "cannot be read")]
    [InlineData("projects", "Mesh__Listen", "18001", "Mesh__Listen must be an address such as http://127.0.0.1:18000, but is '18001'.")]
    [InlineData("projects", "DAPR_GRPC_ENDPOINT", "nowhere", "DAPR_GRPC_ENDPOINT must be an address")]
    [InlineData("projects", "OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere", "OTEL_EXPORTER_OTLP_ENDPOINT must be an address")]
    [InlineData("gateway", "Mesh__Services__investors", null, "set Mesh__Services__investors")]
    [InlineData("gateway", "Health__GreenScore", "many", "The health rules cannot be read")]
    [InlineData("projects", "Mesh__Identity__Issuers__local__Issuer", "", "Mesh__Identity__Issuers__local__Issuer must be an address")]
    [InlineData("projects", "DOTNET_ENVIRONMENT", "Production", "does not use TLS; only the Development environment allows that.")]
    [InlineData("gateway", "Mesh__Identity__Issuers__local__Roles__king", "x", "is not a role; the roles are officer, board, operator, auditor.")]
    [InlineData("gateway", "Mesh__Identity__Issuers__local__CertificateAuthorityFile", "/nowhere", "the file /nowhere does not exist")]
    [InlineData("gateway", "Health__GreenScore", "101", "GreenScore must be from AmberScore to 100")]
    public async Task An_invalid_setting_ends_the_process_with_a_message_and_exit_code_2(string service, string key, string? value, string sentence)
    {
        var (code, output) = await Run(service, (key, value));
        Assert.True(code == 2, output);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.StartsWith($"{service} cannot run. ", output.Trim().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_are_reported_at_once()
    {
        var (code, output) = await Run("gateway", ("Mesh__Listen", "a"), ("Mesh__DeliveryListen", "b"), ("Mesh__Services__projects", "c"), ("Mesh__Services__refining", "d"));
        Assert.Equal(2, code);
        foreach (var key in (string[])["Mesh__Listen", "Mesh__DeliveryListen", "Mesh__Services__projects", "Mesh__Services__refining"])
            Assert.Contains(key, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_ends_the_process_with_exit_code_1()
    {
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();
        var (code, output) = await Run("projects");
        Assert.True(code == 1, output);
        Assert.Contains("Its port is already in use", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_ends_the_process_with_exit_code_1()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "projects.db"), new string('x', 8_192));
        var (code, output) = await Run("projects");
        Assert.True(code == 1, output);
        Assert.Contains("restore it from a backup", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> Run(string service, params (string Key, string? Value)[] settings)
    {
        var name = char.ToUpperInvariant(service[0]) + service[1..];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"Mining.{name}.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["Mesh__Listen"] = $"http://127.0.0.1:{port}";
        start.Environment["ConnectionStrings__Database"] = $"Data Source={Path.Combine(folder, service + ".db")}";
        foreach (var (key, value) in TestIssuer.Settings(service, folder))
            start.Environment[key] = value;
        foreach (var other in (string[])["projects", "investors", "refining"])
            start.Environment[$"Mesh__Services__{other}"] = "http://127.0.0.1:9";
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(timeout.Token), process.StandardError.ReadToEndAsync(timeout.Token));
            await process.WaitForExitAsync(timeout.Token);
            Assert.DoesNotContain("   at ", string.Concat(output), StringComparison.Ordinal); // a line of a stack trace
            return (process.ExitCode, string.Concat(output));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
