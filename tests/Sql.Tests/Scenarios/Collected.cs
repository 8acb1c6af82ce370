using System.Collections.Concurrent;
using System.Reflection;
using Mining.Platform.Storage;
using Mining.Proposals;
using Mining.Sql.Tests.Recording;

namespace Mining.Sql.Tests.Scenarios;

/// <summary>Every statement of a service, collected once by running everything the service can do.</summary>
/// <param name="Name">The service.</param>
/// <param name="Assembly">Its code and its migrations.</param>
/// <param name="Run">Runs everything that the service does with its database, which is wrapped for recording.</param>
public sealed record Collected(string Name, Assembly Assembly, Func<Func<Database, Database>, Task> Run)
{
    /// <summary>The services with a database.</summary>
    public static readonly IReadOnlyList<Collected> All =
    [
        new("projects", typeof(Projects.Storage.ProjectStore).Assembly, ProjectsScenario.Run),
        new("investors", typeof(Investors.Storage.InvestorStore).Assembly, InvestorsScenario.Run),
        new("refining", typeof(Refining.Storage.FacilityStore).Assembly, RefiningScenario.Run),
        new("gateway", typeof(Gateway.Follow.Checkpoint).Assembly, GatewayScenario.Run),
    ];

    private readonly Lazy<Task<IReadOnlyList<Statement>>> statements = new(() => Collect(Name, Run));

    /// <summary>The code of the services, and of the platform that they share.</summary>
    public static IEnumerable<Assembly> Code => [typeof(Database).Assembly, typeof(ProposalStore).Assembly, .. All.Select(service => service.Assembly)];

    /// <summary>The statements given to Dapper, each text once.</summary>
    public Task<IReadOnlyList<Statement>> Statements() => statements.Value;

    /// <summary>The statements of all services, without duplicates.</summary>
    public static async Task<IReadOnlyList<Statement>> Distinct() =>
        [.. (await Task.WhenAll(All.Select(service => service.Statements()))).SelectMany(statements => statements).DistinctBy(statement => statement.Given)];

    private static async Task<IReadOnlyList<Statement>> Collect(string service, Func<Func<Database, Database>, Task> run)
    {
        var noted = new ConcurrentDictionary<string, Statement>(StringComparer.Ordinal);
        await run(real => new RecordingDatabase(
            real, (given, sent, parameters) => noted.TryAdd(sent, new Statement(service, given, sent, parameters))));
        return [.. noted.Values.OrderBy(statement => statement.Sent, StringComparer.Ordinal)];
    }
}
