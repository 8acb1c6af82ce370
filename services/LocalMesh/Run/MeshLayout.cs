using System.Globalization;
using Mining.LocalMesh.Identity;

namespace Mining.LocalMesh.Run;

/// <summary>Which process of the mesh listens where, and what it is told: the one place that says who runs and who depends on whom.</summary>
/// <param name="PortBase">The gateway's port; the others follow from it.</param>
/// <param name="Folder">Where databases, logs and the mesh's own secrets lie.</param>
/// <param name="SqlServer">The connection string of a SQL Server for the databases; null: they lie in the folder.</param>
/// <param name="Dapr">The programs of real sidecars; null: the services share the local sidecar.</param>
internal sealed record MeshLayout(int PortBase, string Folder, string? SqlServer = null, DaprPrograms? Dapr = null)
{
    public const string PubsubName = "mesh-pubsub";

    /// <summary>The services in order of their dependencies.</summary>
    public static readonly IReadOnlyList<string> Services = ["projects", "investors", "refining", "gateway"];

    /// <summary>The services that consume changes of others, and therefore have a delivery port.</summary>
    private static readonly IReadOnlyList<string> Subscribers = ["investors", "refining", "gateway"];

    public string Logs => Path.Combine(Folder, "logs");

    public string LockFile => Path.Combine(Folder, "lock");

    /// <summary>A file that exists once the sample data is loaded into the folder's databases or those on a server.</summary>
    public string SampleLoadedFile => Path.Combine(Folder, SqlServer is null ? "sample-loaded" : "sample-loaded-" + DatabasesOnServer.Mark(SqlServer));

    /// <summary>The folder of the issuer's key and the services' tokens.</summary>
    public string Identity => Path.Combine(Folder, "identity");

    public int SidecarPort => PortBase + 20;

    public int SidecarHttpPort => PortBase + 21;

    public int IssuerPort => PortBase + 22;

    public int RedisPort => PortBase + 23;

    /// <summary>What real sidecars read their component from.</summary>
    public string DaprResources => Path.Combine(Folder, "dapr");

    /// <summary>Every port that the mesh needs.</summary>
    public IEnumerable<int> Ports =>
    [
        .. Services.Select(Port), .. Subscribers.Select(DeliveryPort), IssuerPort,
        .. Dapr is null ? [SidecarPort, SidecarHttpPort] : Services.SelectMany(service => DaprPorts(service).All).Append(RedisPort),
    ];

    public static string AddressOf(int port) => $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";

    public string Address(string service) => AddressOf(Port(service));

    public string TokenFile(string service) => Path.Combine(Identity, service + ".token");

    /// <summary>The processes to start: the sidecars first, then the services.</summary>
    public IEnumerable<ProcessPlan> Plans(string appApiToken, DevelopmentIssuer issuer)
    {
        if (Dapr is null)
            yield return Sidecar(appApiToken);
        else
            yield return Redis(Dapr);
        foreach (var service in Dapr is null ? [] : Services)
            yield return RealSidecar(Dapr!, service, appApiToken);
        foreach (var service in Services)
            yield return Service(service, appApiToken, issuer);
    }

    /// <summary>Writes the component of the real sidecars: the one of <c>dapr run</c>, on this mesh's own Redis.</summary>
    public void WriteDaprResources()
    {
        Directory.CreateDirectory(DaprResources);
        var component = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Dapr", "pubsub.yaml"));
        File.WriteAllText(Path.Combine(DaprResources, "pubsub.yaml"), component.Replace("localhost:6379", $"127.0.0.1:{RedisPort}", StringComparison.Ordinal));
    }

    /// <summary>Where the database of a service is.</summary>
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

    private DaprPorts DaprPorts(string service) => new(Port(service) + 30, Port(service) + 40, Port(service) + 50, Port(service) + 60);

    /// <summary>In memory only: what is lost with it comes from the feeds.</summary>
    private ProcessPlan Redis(DaprPrograms programs) => new(
        "redis",
        programs.Redis,
        ["--port", $"{RedisPort}", "--bind", "127.0.0.1", "--dir", Folder, "--save", ""],
        new Dictionary<string, string>(),
        Address: $"127.0.0.1:{RedisPort}");

    /// <summary>As <c>dapr run</c> starts it.</summary>
    private ProcessPlan RealSidecar(DaprPrograms programs, string service, string appApiToken)
    {
        var ports = DaprPorts(service);
        string[] app = Subscribers.Contains(service)
            ? ["--app-port", $"{DeliveryPort(service)}", "--app-protocol", "grpc", "--enable-app-health-check"]
            : [];
        return new ProcessPlan(
            $"{service}-sidecar",
            programs.Daprd,
            [
                "--app-id", service, .. app, "--resources-path", DaprResources, "--disable-builtin-k8s-secret-store",
                "--dapr-listen-addresses", "127.0.0.1", "--dapr-grpc-port", $"{ports.Grpc}", "--dapr-http-port", $"{ports.Http}",
                "--dapr-internal-grpc-listen-address", "127.0.0.1", "--dapr-internal-grpc-port", $"{ports.Internal}",
                "--metrics-listen-address", "127.0.0.1", "--metrics-port", $"{ports.Metrics}",
                "--dapr-graceful-shutdown-seconds", "2",
            ],
            new Dictionary<string, string> { ["APP_API_TOKEN"] = appApiToken },
            AddressOf(ports.Grpc));
    }

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
            ["DAPR_GRPC_ENDPOINT"] = AddressOf(Dapr is null ? SidecarPort : DaprPorts(service).Grpc),
            ["DAPR_HTTP_ENDPOINT"] = AddressOf(Dapr is null ? SidecarHttpPort : DaprPorts(service).Http),
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

/// <summary>A process of the mesh and what it is told.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Program">The program's path: an assembly, which dotnet runs, or one that runs by itself.</param>
/// <param name="Arguments">Its command line.</param>
/// <param name="Environment">Its environment variables.</param>
/// <param name="Address">The address that it listens on.</param>
internal sealed record ProcessPlan(
    string Name, string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Address);

/// <summary>The programs of a mesh with real sidecars, by their paths.</summary>
internal sealed record DaprPrograms(string Daprd, string Redis);

/// <summary>The ports of one real sidecar.</summary>
internal readonly record struct DaprPorts(int Grpc, int Http, int Internal, int Metrics)
{
    public IEnumerable<int> All => [Grpc, Http, Internal, Metrics];
}
