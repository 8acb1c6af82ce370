using Grpc.Core;
using Grpc.Net.Client;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Refining.V1;

namespace Mining.Testing;

/// <summary>
/// The whole mesh as real processes: the sidecar and the four services, each of which can be killed and restarted. Clients use the
/// gateway's address, as in production.
/// </summary>
public sealed class MeshProcesses : IAsyncDisposable
{
    /// <summary>The token that the sidecar presents to the services.</summary>
    public const string AppApiToken = "token-of-the-sidecar-of-this-test";

    private readonly Dictionary<string, RealSidecar> realSidecars = [];

    /// <param name="faults">The faults that the sidecar injects into deliveries. Default: none.</param>
    /// <param name="storage">The kind of database; each service has its own. Default: SQLite.</param>
    /// <param name="realSidecar">Creates the real Dapr sidecar of a service. Default: all services share the local sidecar.</param>
    public MeshProcesses(SidecarFaults? faults = null, TestStorage? storage = null, Func<ServiceProcess, RealSidecar>? realSidecar = null)
    {
        Sidecar = new SidecarProcess(AppApiToken) { Faults = faults ?? SidecarFaults.None };
        Projects = new ServiceProcess("projects", storage: storage);
        Investors = new ServiceProcess("investors", storage: storage);
        Refining = new ServiceProcess("refining", storage: storage);
        Gateway = new ServiceProcess("gateway", storage: storage);
        foreach (var service in Services)
        {
            service.Set("APP_API_TOKEN", AppApiToken);
            if (realSidecar?.Invoke(service) is { } own)
                realSidecars[service.Name] = own;
            service.Set("DAPR_GRPC_ENDPOINT", realSidecars.GetValueOrDefault(service.Name)?.Address ?? Sidecar.Address);
            foreach (var other in Owners)
                service.Set($"Mesh__Services__{other.Name}", other.Address);
        }

        foreach (var subscriber in (ServiceProcess[])[Investors, Refining, Gateway])
            Sidecar.Serve(subscriber);
    }

    public SidecarProcess Sidecar { get; }

    /// <summary>The real Dapr sidecars by service; empty: the local sidecar serves all.</summary>
    public IReadOnlyDictionary<string, RealSidecar> RealSidecars => realSidecars;

    public ServiceProcess Projects { get; }

    public ServiceProcess Investors { get; }

    public ServiceProcess Refining { get; }

    public ServiceProcess Gateway { get; }

    /// <summary>The services that own data.</summary>
    public IReadOnlyList<ServiceProcess> Owners => [Projects, Investors, Refining];

    public IReadOnlyList<ServiceProcess> Services => [Projects, Investors, Refining, Gateway];

    public GrpcChannel Channel => Gateway.Channel;

    public ProjectService.ProjectServiceClient ProjectsClient => new(Channel);

    public InvestorService.InvestorServiceClient InvestorsClient => new(Channel);

    public RefiningService.RefiningServiceClient RefiningClient => new(Channel);

    public PortfolioService.PortfolioServiceClient Portfolio => new(Channel);

    public ProposalService.ProposalServiceClient Proposals => new(Channel);

    public ChangeFeedService.ChangeFeedServiceClient Feed => new(Channel);

    public AuditService.AuditServiceClient Audit => new(Channel);

    /// <summary>The output of all processes.</summary>
    public string Log => string.Join("\n", Services.Select(service => $"--- {service.Name}\n{service.Log}")
        .Append($"--- sidecar\n{Sidecar.Log}")
        .Concat(realSidecars.Select(sidecar => $"--- sidecar of {sidecar.Key}\n{sidecar.Value.Process.Log}")));

    /// <summary>The end of that output, for a readable message.</summary>
    public string Tail =>
        string.Join("\n", Services.Select(service => $"--- {service.Name}\n{service.Process.Tail}")
            .Append($"--- sidecar\n{Sidecar.Process.Tail}")
            .Concat(realSidecars.Select(sidecar => $"--- sidecar of {sidecar.Key}\n{sidecar.Value.Process.Tail}")));

    /// <summary>
    /// Starts everything and waits until it is healthy. If one process fails to start, all are stopped: the caller may never dispose.
    /// </summary>
    public Task Start() => Start([.. realSidecars.Keys]);

    /// <summary>The same, with real sidecars that start and subscribe in the given order.</summary>
    /// <param name="sidecarOrder">The services of the sidecars, in that order.</param>
    public async Task Start(IReadOnlyList<string> sidecarOrder)
    {
        try
        {
            // Stops at the first failure, because other processes may wait for the failed one.
            var starts = Services.Select(service => service.Start()).ToList();
            if (realSidecars.Count == 0)
                starts.Add(Sidecar.Start());
            await foreach (var start in Task.WhenEach(starts))
                await start;
            foreach (var name in sidecarOrder)
            {
                await realSidecars[name].Start();
                await realSidecars[name].Subscribed();
            }
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>The last sequence of a service's log.</summary>
    public async Task<long> LastSequence(string source)
    {
        using var call = Feed.ReadChanges(new() { Source = source, AfterSequence = long.MaxValue });
        await call.ResponseStream.MoveNext(CancellationToken.None);
        return call.ResponseStream.Current.LastSequence;
    }

    /// <summary>Waits until the gateway has applied everything that the services have committed so far.</summary>
    public async Task CaughtUp(TimeSpan? timeout = null)
    {
        foreach (var owner in Owners)
        {
            var last = await LastSequence(owner.Name);
            await Eventually.True(
                async () => (await Freshness(owner.Name)).AppliedSequence >= last,
                timeout ?? TimeSpan.FromSeconds(20),
                () => $"the gateway has not caught up with {owner.Name} {last}:\n{Tail}");
        }
    }

    /// <summary>The gateway's freshness report for a service.</summary>
    public async Task<SourceFreshness> Freshness(string source) =>
        (await Portfolio.ListPipelineAsync(new() { PageSize = 1 })).Freshness.Single(freshness => freshness.Source == source);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services.Reverse())
            await service.DisposeAsync();
        foreach (var sidecar in realSidecars.Values)
            await sidecar.DisposeAsync();
        await Sidecar.DisposeAsync();
    }
}
