using System.Globalization;
using Mining.LocalMesh.Identity;

namespace Mining.LocalMesh.Run;

/// <summary>The processes of the mesh with their ports, settings and dependencies. This is the only place that defines them.</summary>
/// <param name="PortBase">The gateway's port; the other ports are derived from it.</param>
/// <param name="Folder">The folder for databases, logs and the mesh's secrets.</param>
/// <param name="SqlServer">The connection string of a SQL Server for the databases; null: SQLite files in the folder.</param>
internal sealed record MeshLayout(int PortBase, string Folder, string? SqlServer = null)
{
    public const string PubsubName = "mesh-pubsub";

    /// <summary>The services in order of their dependencies.</summary>
    public static readonly IReadOnlyList<string> Services = ["projects", "investors", "refining", "gateway"];

    /// <summary>The services that consume changes of others, and therefore have a delivery port.</summary>
    private static readonly IReadOnlyList<string> Subscribers = ["investors", "refining", "gateway"];

    public string Logs => Path.Combine(Folder, "logs");

    public string LockFile => Path.Combine(Folder, "lock");

    /// <summary>A file that exists once the sample data is loaded into the folder's databases or those on a server.</summary>
    public string SampleMark => Path.Combine(Folder, SqlServer is null ? "sample-loaded" : "sample-loaded-" + DatabasesOnServer.Mark(SqlServer));

    /// <summary>The folder of the issuer's key and the services' tokens.</summary>
    public string Identity => Path.Combine(Folder, "identity");

    public int SidecarPort => PortBase + 20;

    public int SidecarHttpPort => PortBase + 21;

    public int IssuerPort => PortBase + 22;

    /// <summary>All ports that the mesh uses.</summary>
    public IEnumerable<int> Ports =>
        [.. Services.Select(Port), .. Subscribers.Select(DeliveryPort), SidecarPort, SidecarHttpPort, IssuerPort];

    public static string AddressOf(int port) => $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";

    public string Address(string service) => AddressOf(Port(service));

    public string TokenFile(string service) => Path.Combine(Identity, service + ".token");

    /// <summary>The processes to start: the sidecar first, then the services.</summary>
    public IEnumerable<ProcessPlan> Plans(string appApiToken, DevelopmentIssuer issuer)
    {
        yield return Sidecar(appApiToken);
        foreach (var service in Services)
            yield return Service(service, appApiToken, issuer);
    }

    /// <summary>The connection string of a service's database.</summary>
    public string ConnectionString(string service) => SqlServer is null
        ? $"Data Source={Path.Combine(Folder, service + ".db")}"
        : DatabasesOnServer.ConnectionString(SqlServer, service);

    private static string AssemblyOf(string project) => Path.Combine(AppContext.BaseDirectory, $"Mining.{project}.dll");

    private int Port(string service) => PortBase + service switch
    {
        "gateway" => 0,
        "projects" => 1,
        "investors" => 2,
        "refining" => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "is not a service of the mesh"),
    };

    private int DeliveryPort(string service) => Port(service) + 10;

    private ProcessPlan Sidecar(string appApiToken) => new(
        "sidecar",
        AssemblyOf("LocalMesh"),
        [
            "sidecar", "--grpc-port", $"{SidecarPort}", "--http-port", $"{SidecarHttpPort}", "--pubsub", PubsubName,
            .. Subscribers.SelectMany(service => (string[])["--app", $"{service}={AddressOf(DeliveryPort(service))}"]),
        ],
        new Dictionary<string, string> { ["APP_API_TOKEN"] = appApiToken },
        Address: AddressOf(SidecarPort));

    private ProcessPlan Service(string service, string appApiToken, DevelopmentIssuer issuer)
    {
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["Mesh__Listen"] = Address(service),
            ["Mesh__PubsubName"] = PubsubName,
            ["ConnectionStrings__Database"] = ConnectionString(service),
            // Only the SQL Server client needs ICU, which is not installed on every laptop.
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = SqlServer is null ? "1" : "0",
            ["DAPR_GRPC_ENDPOINT"] = AddressOf(SidecarPort),
            ["DAPR_HTTP_ENDPOINT"] = AddressOf(SidecarHttpPort),
            ["APP_API_TOKEN"] = appApiToken,
            // Five processes share a laptop, so fast starts and low memory matter more than peak throughput.
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_gcServer"] = "0",
        };
        if (service != "gateway")
            environment["Mesh__Audit__SigningKeyFile"] = Path.Combine(Identity, service + ".signing-key.pem");
        foreach (var (key, value) in issuer.Settings(service, TokenFile(service)))
            environment[key] = value;
        if (Subscribers.Contains(service))
            environment["Mesh__DeliveryListen"] = AddressOf(DeliveryPort(service));
        foreach (var other in Services.Where(other => other != service && other != "gateway"))
            environment[$"Mesh__Services__{other}"] = Address(other);
        var project = char.ToUpperInvariant(service[0]) + service[1..];
        return new ProcessPlan(service, AssemblyOf(project), [], environment, Address(service));
    }
}

/// <summary>A process of the mesh with its settings.</summary>
/// <param name="Name">The name in messages and log files.</param>
/// <param name="Assembly">The program.</param>
/// <param name="Arguments">Its command line.</param>
/// <param name="Environment">Its environment variables.</param>
/// <param name="Address">The address that it listens on.</param>
internal sealed record ProcessPlan(
    string Name, string Assembly, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Address);
