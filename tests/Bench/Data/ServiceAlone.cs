using Grpc.Net.Client;
using Mining.Testing;

namespace Mining.Bench.Data;

/// <summary>
/// One service with its sidecar, which accepts publications and delivers them to nobody. Call limits are off, because one caller stands for
/// many here.
/// </summary>
internal sealed class ServiceAlone : IAsyncDisposable
{
    private readonly SidecarProcess sidecar = new(MeshProcesses.AppApiToken);
    private readonly ServiceProcess service;

    private ServiceAlone(string name)
    {
        service = new ServiceProcess(name);
        service.Set("APP_API_TOKEN", MeshProcesses.AppApiToken);
        service.Set("DAPR_GRPC_ENDPOINT", sidecar.Address);
        Unlimited(service);
    }

    public GrpcChannel Channel => service.Channel;

    /// <summary>The file of its database.</summary>
    public string DatabaseFile => Path.Combine(service.Folder, service.Name + ".db");

    public static async Task<ServiceAlone> Start(string name)
    {
        var alone = new ServiceAlone(name);
        await Task.WhenAll(alone.sidecar.Start(), alone.service.Start());
        return alone;
    }

    /// <summary>Turns off a service's call limits.</summary>
    public static void Unlimited(ServiceProcess service)
    {
        service.Set("Mesh__Limits__CallsPerSecond", "10000000");
        service.Set("Mesh__Limits__Streams", "10000000");
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await sidecar.DisposeAsync();
    }
}
