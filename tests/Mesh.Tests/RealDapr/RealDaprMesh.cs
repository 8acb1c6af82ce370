using Mining.Mesh.Tests.SampleFigures;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.RealDapr;

/// <summary>Runs on Redis.</summary>
public sealed class MeshOnRedis() : RealDaprMesh("gateway", "projects", "investors", "refining")
{
    private const string Password = "password of this Redis";
    private RedisServer? redis;

    protected override async Task<(Dictionary<string, string> Secrets, string Values)> StartBroker()
    {
        redis = new RedisServer();
        await redis.Start("--requirepass", Password);
        return (new() { ["password"] = Password }, $"broker.kind=redis,broker.address={redis.Address},broker.secretName=broker,broker.tls=false");
    }

    protected override IAsyncDisposable? Broker => redis;
}

/// <summary>Runs on RabbitMQ, where the first sidecar declares the queues and exchanges that the others use.</summary>
public abstract class MeshOnRabbitMq(params string[] sidecarOrder) : RealDaprMesh(sidecarOrder)
{
    private RabbitMqServer? rabbit;

    protected override async Task<(Dictionary<string, string> Secrets, string Values)> StartBroker()
    {
        rabbit = new RabbitMqServer();
        await rabbit.Start();
        return (new() { ["connectionString"] = rabbit.ConnectionString }, "broker.kind=rabbitmq,broker.secretName=broker");
    }

    protected override IAsyncDisposable? Broker => rabbit;
}

public sealed class MeshOnRabbitMqGatewayFirst() : MeshOnRabbitMq("gateway", "projects", "investors", "refining");

public sealed class MeshOnRabbitMqGatewayLast() : MeshOnRabbitMq("projects", "investors", "refining", "gateway");

/// <summary>
/// The mesh as in production, except for Kubernetes: the built services, a real Dapr sidecar beside each, a real broker, tokens in both
/// directions, and the chart's own components, Configuration and resiliency. The sample is loaded.
/// </summary>
/// <param name="sidecarOrder">The services in the order in which their sidecars subscribe.</param>
public abstract class RealDaprMesh(params string[] sidecarOrder) : IAsyncLifetime
{
    public const string DaprApiToken = "token-of-the-services-of-this-test";

    private readonly string folder = Directory.CreateTempSubdirectory("mining-real-dapr-").FullName;
    private MeshProcesses? mesh;

    public MeshProcesses Mesh => mesh!;

    public async ValueTask InitializeAsync()
    {
        _ = RealPrograms.Daprd;
        var (secrets, values) = await StartBroker();
        var chart = await ChartResources.Render(folder, secrets, values);
        mesh = new MeshProcesses(realSidecar: service =>
        {
            service.Set("DAPR_API_TOKEN", DaprApiToken);
            service.Set("Mesh__PubsubName", chart.ComponentOf(service.Name));
            return new RealSidecar(service.Name, service.Name == "projects" ? null : service.DeliveryPort, chart.Resources)
            {
                AppApiToken = MeshProcesses.AppApiToken,
                DaprApiToken = DaprApiToken,
                Environment = new Dictionary<string, string> { ["POD_NAME"] = $"{service.Name}-0" },
                Options = [.. chart.OptionsOf(service.Name)],
            };
        });
        await mesh.Start(sidecarOrder);
        await SampleMesh.Import(mesh, SampleMesh.SampleFolder);
    }

    public async ValueTask DisposeAsync()
    {
        if (mesh is not null)
            await mesh.DisposeAsync();
        if (Broker is not null)
            await Broker.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the broker; returns its secret and the chart's values for it.</summary>
    protected abstract Task<(Dictionary<string, string> Secrets, string Values)> StartBroker();

    /// <summary>The started broker.</summary>
    protected abstract IAsyncDisposable? Broker { get; }
}
