// At stake: a failed start states its reason in one sentence and leaves no process behind, neither for an operator nor for later tests.
using System.Net;
using System.Net.Sockets;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task A_mesh_that_fails_to_start_leaves_no_process_behind()
    {
        await using var mesh = new MeshProcesses();
        mesh.Refining.Set("ConnectionStrings__Database", "Data Source=/dev/null/refining.db");
        var failure = await Assert.ThrowsAnyAsync<Exception>(mesh.Start);
        Assert.Contains("refining cannot run.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", mesh.Refining.Log, StringComparison.Ordinal);
        foreach (var port in mesh.Services.Select(service => service.Port).Append(mesh.Sidecar.Port))
        {
            using var client = new TcpClient();
            await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, port));
        }
    }
}
