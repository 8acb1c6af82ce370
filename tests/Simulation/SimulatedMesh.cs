using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mining.Investors.V1;
using Mining.Platform.Calls;
using Mining.Platform.Commit;
using Mining.Platform.Hosting;
using Mining.Primitives.Settings;
using Mining.Simulation.Checking;
using Mining.Simulation.Histories;
using Mining.Simulation.Kernel;
using Mining.Simulation.Model;
using Mining.Simulation.Network;
using Mining.Simulation.Nodes;
using Mining.Simulation.Storage;

namespace Mining.Simulation;

/// <summary>
/// The whole mesh in one process, on one thread, in virtual time: three services, a gateway, and everything between them.
/// </summary>
internal sealed class SimulatedMesh : NodeEnvironment, IDisposable
{
    public static readonly IReadOnlyList<string> Owners = ["projects", "investors", "refining"];

    private static readonly IReadOnlyDictionary<string, string[]> Subscribers = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["projects.changes"] = ["investors", "refining", "gateway"],
        ["investors.changes"] = ["gateway"],
        ["refining.changes"] = ["gateway"],
    };

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(5);

    private static readonly IConfiguration Settings = ShippedWith(typeof(Investors.Api.InvestorGrpcService), typeof(Gateway.Api.PortfolioGrpcService));

    private readonly string folder;
    private readonly Dictionary<string, Node> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChangeLog> logs = new(StringComparer.Ordinal);
    private readonly ILoggerFactory lines;
    private Journal? journal;

    public SimulatedMesh(History history, TextWriter? log = null)
    {
        Scheduler = new Scheduler(history.Seed);
        Fate = new Fate(history.Seed);
        World = new NodeContext(Scheduler, () => TimeSpan.Zero);
        Time = new NodeTime(World);
        lines = log is null ? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance : new LogLines(log, Scheduler);
        folder = Templates.Copy();
        Network = new SimulatedNetwork(Fate, Tally, Time);
        Broker = new SimulatedBroker(World, Time, Fate, Tally, nodes, Subscribers);
        foreach (var (name, blueprint) in Blueprint.All)
            nodes[name] = new Node(name, blueprint, this);
        foreach (var owner in Owners)
            logs[owner] = new ChangeLog(new SimulatedDatabase(nodes[owner].Disk, World, new StorageFaults(Tally), () => { }), new ServiceIdentity(owner));
    }

    public override Scheduler Scheduler { get; }

    public override FaultTally Tally { get; } = new();

    public override IConfiguration Configuration => Settings;

    public Fate Fate { get; }

    /// <summary>Everything outside of the services: callers, boards, operators, the broker. It never dies.</summary>
    public NodeContext World { get; }

    public TimeProvider Time { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedBroker Broker { get; }

    public Journal Journal => journal!;

    public Node this[string name] => nodes[name];

    public IReadOnlyCollection<Node> Nodes => nodes.Values;

    public ChangeLog LogOf(string service) => logs[service];

    /// <summary>The first problem.</summary>
    public Exception? Problem { get; set; }

    /// <summary>Starts everything, and creates the model from the partnership that investors has recorded.</summary>
    public void Boot()
    {
        foreach (var node in nodes.Values)
            node.Start();
        if (!Scheduler.RunUntil(() => nodes.Values.All(node => node.IsServing), StartTimeout))
            throw new DifferenceFoundException("The mesh did not start.");
        var recorded = logs["investors"].Read(0, int.MaxValue, CancellationToken.None).GetAwaiter().GetResult();
        journal = new Journal(new MeshModel(recorded.Single().State.Unpack<Partnership>()), Tally, node => node.Clock);
        journal.Skip("investors", 1);
    }

    /// <summary>The last sequence of a log.</summary>
    public long HeadOf(string service) => logs[service].Head(CancellationToken.None).GetAwaiter().GetResult().LastSequence;

    public override string FileOf(string node) => Path.Combine(folder, node + ".db");

    public override ILoggerFactory Logs(Node node) => lines;

    public override IServiceCalls Calls(Node node) => new SimulatedCalls(Network, nodes, node.Name);

    public override void AddNetwork(IServiceCollection services, Node node)
    {
        services.AddSingleton(Broker.PublisherOf(node));
        services.AddSingleton<Platform.Bus.IFeedReader>(new SimulatedFeeds(Network, nodes, node.Name));
    }

    public override void Committed(Node node)
    {
        if (journal is not null && logs.TryGetValue(node.Name, out var log))
            Watch(() => journal.Committed(node, log));
    }

    public override void ProcessEnded(Node node, Exception exception)
    {
        if (!Tally.Any)
            Problem ??= new DifferenceFoundException($"{node.Name} ended unexpectedly: {exception}");
        Tally.Count("process ended unexpectedly");
    }

    /// <summary>Runs an action whose failure ends the history, wherever it is thrown.</summary>
    public void Watch(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Problem ??= exception;
        }
    }

    private static IConfigurationRoot ShippedWith(params Type[] services)
    {
        var configuration = new ConfigurationBuilder();
        foreach (var service in services)
            configuration.AddShippedSettings(service.Assembly);
        return configuration.Build();
    }

    public void Dispose()
    {
        foreach (var node in nodes.Values)
            node.Dispose();
        Templates.Delete(folder);
        lines.Dispose();
    }
}
