using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Storage;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// A service of the mesh as a real process on free loopback ports, with a database of its own. Its log is kept, and written to DIR at the
/// end if MINING_TEST_LOGS=DIR is set. After a kill and a restart it continues with the same database.
/// </summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    // Concurrent test processes start at different ports.
    private static int lastPort = Environment.ProcessId * 101;

    private readonly Dictionary<string, string> environment;
    private readonly string assembly;
    private readonly TestDatabase? onServer;

    /// <param name="name">The service, for example <c>projects</c>.</param>
    /// <param name="settings">Configuration beyond the addresses and the database, for example <c>Mesh__Services__projects</c>.</param>
    /// <param name="storage">The kind of database; by default a SQLite file in its folder.</param>
    /// <param name="port">Its port; by default a free one.</param>
    public ServiceProcess(string name, IReadOnlyDictionary<string, string>? settings = null, TestStorage? storage = null, int? port = null)
    {
        Name = name;
        onServer = storage == TestStorage.SqlServer ? storage.Make(name) : null;
        Folder = Directory.CreateTempSubdirectory($"mining-{name}-").FullName;
        Port = port ?? FreePort();
        DeliveryPort = FreePort();
        assembly = Path.Combine(AppContext.BaseDirectory, $"Mining.{char.ToUpperInvariant(name[0])}{name[1..]}.dll");
        environment = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Mesh__Listen"] = settings?.GetValueOrDefault("Mesh__Listen") ?? Address,
            ["Mesh__DeliveryListen"] = $"http://127.0.0.1:{DeliveryPort}",
            ["ConnectionStrings__Database"] = onServer?.ConnectionString ?? $"Data Source={Path.Combine(Folder, name + ".db")}",
            // Only SQL Server's client needs ICU, which not every machine has.
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = onServer is null ? "1" : "0",
        };
        environment.TryAdd("DAPR_GRPC_ENDPOINT", $"http://127.0.0.1:{FreePort()}");
        foreach (var (key, value) in TestIssuer.Settings(name, Folder))
            environment.TryAdd(key, value);
        Channel = TestIssuer.Channel(Address);
    }

    public string Name { get; }

    public string Folder { get; }

    public int Port { get; }

    public int DeliveryPort { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public GrpcChannel Channel { get; }

    /// <summary>The process itself.</summary>
    public ChildProcess Process { get; } = new();

    /// <summary>Another program that stands in for the service, with its arguments. Default: the service's own.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>A wrapper command for the next start, for example one that limits the process.</summary>
    public IReadOnlyList<string> Wrapper { get; set; } = [];

    /// <summary>The output of the process so far.</summary>
    public string Log => Process.Log;

    /// <summary>Changes a setting for the next start.</summary>
    public void Set(string key, string value) => environment[key] = value;

    /// <summary>Its database, opened beside the service.</summary>
    public Database OpenDatabase() => DatabaseChoice.Of(environment["ConnectionStrings__Database"], TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Deletes its database while it does not run; the next start creates a new one.</summary>
    public void DeleteDatabase()
    {
        onServer?.Dispose();
        foreach (var file in Directory.GetFiles(Folder, $"{Name}.db*"))
            File.Delete(file);
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        // Below the ephemeral ports of the system, which could be taken by an outgoing connection before the service starts.
        const int lowest = 20_000;
        const int count = 12_000;
        while (true)
        {
            var port = lowest + (int)((uint)Interlocked.Increment(ref lastPort) % count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use: try the next one.
            }
        }
    }

    /// <summary>Starts the process and waits until it reports that it is serving.</summary>
    public async Task Start()
    {
        Launch();
        await Serving();
    }

    /// <summary>Waits until the process reports that it is serving.</summary>
    public async Task Serving()
    {
        try
        {
            await Eventually.True(
                async () =>
                {
                    Assert.False(Process.HasEnded, $"{Name} exited during startup:\n{Process.Tail}");
                    var answer = await new Health.HealthClient(Channel).CheckAsync(new(), deadline: DateTime.MaxValue);
                    return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
                },
                StartTimeout,
                () => $"{Name} does not serve:\n{Process.Tail}");
        }
        catch
        {
            await Kill();
            throw;
        }
    }

    /// <summary>Asks the process to end, like an init system (SIGTERM), and waits; returns its exit code.</summary>
    public Task<int> Stop() => Process.Stop();

    /// <summary>Starts the process without waiting.</summary>
    public void Launch() => Launch(Process);

    /// <summary>Runs a command of the service, such as <c>migrate</c>, with its settings; returns its exit code and output.</summary>
    public async Task<(int ExitCode, string Written)> Run(params string[] arguments)
    {
        await using var command = new ChildProcess();
        Launch(command, arguments);
        var exitCode = await command.End(StartTimeout);
        return (exitCode, command.Log);
    }

    private void Launch(ChildProcess process, params string[] arguments)
    {
        string[] command = [.. Wrapper, "dotnet", .. Program.Count > 0 ? Program : [assembly], .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Folder };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        process.Launch(start);
    }

    /// <summary>Ends the process like a power cut.</summary>
    public Task Kill() => Process.Kill();

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Channel.Dispose();
        if (Environment.GetEnvironmentVariable("MINING_TEST_LOGS") is { Length: > 0 } logs)
            await File.AppendAllTextAsync(Path.Combine(logs, $"{Name}.log"), Log + "\n");
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        onServer?.Dispose();
    }
}
