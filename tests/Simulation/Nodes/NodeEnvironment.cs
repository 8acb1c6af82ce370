using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mining.Platform.Calls;
using Mining.Simulation.Histories;
using Mining.Simulation.Kernel;

namespace Mining.Simulation.Nodes;

/// <summary>The environment of a node.</summary>
internal abstract class NodeEnvironment
{
    public abstract Scheduler Scheduler { get; }

    public abstract FaultTally Tally { get; }

    public abstract IConfiguration Configuration { get; }

    /// <summary>The database of a node.</summary>
    public abstract string FileOf(string node);

    /// <summary>The log of a node.</summary>
    public abstract ILoggerFactory Logs(Node node);

    /// <summary>Connects a node to the others.</summary>
    public abstract IServiceCalls Calls(Node node);

    /// <summary>Adds the broker and the feeds.</summary>
    public abstract void AddNetwork(IServiceCollection services, Node node);

    /// <summary>A node has committed a transaction.</summary>
    public abstract void Committed(Node node);

    /// <summary>A process has ended because of its own error.</summary>
    public abstract void ProcessEnded(Node node, Exception exception);
}
