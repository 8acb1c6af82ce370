using System.Diagnostics;

namespace Mining.Testing;

/// <summary>A RabbitMQ for one test, with its own ports, folder and Erlang port mapper, so that nothing is left behind.</summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private readonly string program = Program(RealPrograms.RabbitMq);
    private readonly string portMapper = RealPrograms.ErlangPortMapper;
    private readonly string folder = Directory.CreateTempSubdirectory("mining-rabbitmq-").FullName;
    private readonly int portMapperPort = ServiceProcess.FreePort();
    private readonly int distributionPort = ServiceProcess.FreePort();
    private readonly ChildProcess mapper = new();

    public int Port { get; } = ServiceProcess.FreePort();

    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{Port}";

    public ChildProcess Process { get; } = new();

    /// <summary>Starts it and waits until it accepts connections.</summary>
    public async Task Start()
    {
        // Started explicitly; otherwise Erlang starts a port mapper that outlives the test.
        mapper.Launch(new ProcessStartInfo(portMapper, ["-port", $"{portMapperPort}", "-address", "127.0.0.1"]));
        await Eventually.True(() => RedisServer.Listens(portMapperPort), TimeSpan.FromSeconds(20), () => $"epmd does not start:\n{mapper.Tail}");
        await File.WriteAllTextAsync(Path.Combine(folder, "empty"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[].");
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder };
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["ERL_EPMD_PORT"] = $"{portMapperPort}",
            ["RABBITMQ_NODENAME"] = $"mining-{Port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
            ["RABBITMQ_LOG_BASE"] = folder,
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "empty"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
        })
            start.Environment[key] = value;
        Process.Launch(start);
        await Eventually.True(() => RedisServer.Listens(Port), TimeSpan.FromSeconds(60), () => $"RabbitMQ does not start:\n{Process.Tail}");
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await mapper.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Debian puts a script on PATH that changes the user and drops the environment; the real program is in the same folder.
    /// </summary>
    private static string Program(string onPath)
    {
        var target = File.ResolveLinkTarget(onPath, returnFinalTarget: true)?.FullName ?? onPath;
        var beside = Path.Combine(Path.GetDirectoryName(target)!, "rabbitmq-server");
        return File.Exists(beside) ? beside : onPath;
    }
}
