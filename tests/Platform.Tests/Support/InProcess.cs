using System.Globalization;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Mining.Platform.Hosting;
using Mining.Testing;

namespace Mining.Platform.Tests.Support;

/// <summary>
/// A process of the mesh inside the test, with its two addresses: the standard parts of every service plus the test's own.
/// </summary>
public sealed class InProcess : IAsyncDisposable
{
    private readonly WebApplication app;

    private InProcess(WebApplication app, int port, int deliveryPort)
    {
        this.app = app;
        Channel = TestIssuer.Channel(Address(port));
        DeliveryChannel = GrpcChannel.ForAddress(Address(deliveryPort));
    }

    /// <summary>The address of the public API.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>The address for deliveries by the sidecar.</summary>
    public GrpcChannel DeliveryChannel { get; }

    public static async Task<InProcess> Start(string name, Action<WebApplicationBuilder> add, Action<WebApplication>? map = null, params string[] settings)
    {
        var (port, deliveryPort) = (ServiceProcess.FreePort(), ServiceProcess.FreePort());
        var builder = MeshService.CreateBuilder(
            name, [$"--Mesh:Listen={Address(port)}", $"--Mesh:DeliveryListen={Address(deliveryPort)}", .. TestIssuer.Arguments(name), .. settings.Select(setting => $"--{setting}")]);
        builder.Logging.ClearProviders();
        add(builder);
        var app = builder.Build();
        app.UseMesh();
        map?.Invoke(app);
        await app.StartAsync();
        return new InProcess(app, port, deliveryPort);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        DeliveryChannel.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
}
