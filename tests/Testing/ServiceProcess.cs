using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// A service of the mesh as a real process on free loopback ports, with a database in a folder of its own. Its log is kept,
/// and with MINING_TEST_LOGS=DIR written there at the end. Killed and started again it goes on with the same database.
/// </summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> log = new();
    private readonly Dictionary<string, string> environment;
    private readonly string assembly;
    private Process? process;

    /// <param name="name">The service, for example <c>projects</c>.</param>
    /// <param name="settings">Configuration beyond the addresses and the database, for example <c>Mesh__Services__projects</c>.</param>
    /// <param name="port">The port to serve on; 0: a free one.</param>
    public ServiceProcess(string name, IReadOnlyDictionary<string, string>? settings = null, int port = 0)
    {
        Name = name;
        Folder = Directory.CreateTempSubdirectory($"mining-{name}-").FullName;
        Port = port == 0 ? FreePort() : port;
        DeliveryPort = FreePort();
        assembly = Path.Combine(AppContext.BaseDirectory, $"Mining.{char.ToUpperInvariant(name[0])}{name[1..]}.dll");
        environment = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Mesh__Listen"] = Address,
            ["Mesh__DeliveryListen"] = $"http://127.0.0.1:{DeliveryPort}",
            ["ConnectionStrings__Database"] = $"Data Source={Path.Combine(Folder, name + ".db")}",
        };
        environment.TryAdd("DAPR_GRPC_ENDPOINT", $"http://127.0.0.1:{FreePort()}");
        Channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 });
    }

    public string Name { get; }

    public string Folder { get; }

    public int Port { get; }

    public int DeliveryPort { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public GrpcChannel Channel { get; }

    /// <summary>What the process has written so far.</summary>
    public string Log => string.Join('\n', log);

    /// <summary>A port that nobody uses now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the process and waits until it says that it serves.</summary>
    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [assembly]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.True(
            async () =>
            {
                Assert.False(process.HasExited, $"{Name} ended at its start:\n{Log}");
                var answer = await new Health.HealthClient(Channel).CheckAsync(new(), deadline: DateTime.MaxValue);
                return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
            },
            StartPatience,
            () => $"{Name} does not serve:\n{Log}");
    }

    /// <summary>Ends the process as a power cut would.</summary>
    public async Task Kill()
    {
        if (process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        process?.Dispose();
        Channel.Dispose();
        if (Environment.GetEnvironmentVariable("MINING_TEST_LOGS") is { Length: > 0 } logs)
            await File.AppendAllTextAsync(Path.Combine(logs, $"{Name}.log"), Log + "\n");
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>Waits until something observable holds, with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks again and again; a call that fails with an RPC error counts as "not yet".</summary>
    public static async Task True(Func<Task<bool>> condition, TimeSpan? patience = null, Func<string>? otherwise = null)
    {
        var begin = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(begin) < (patience ?? TimeSpan.FromSeconds(10)))
        {
            try
            {
                if (await condition())
                    return;
            }
            catch (RpcException exception)
            {
                last = exception;
            }

            await Task.Delay(Interval, TimeProvider.System);
        }

        Assert.Fail($"{otherwise?.Invoke() ?? "It did not become true in time."} {last?.Message}");
    }
}

/// <summary>What a refused call says.</summary>
public static class Refused
{
    /// <summary>Makes a call that must be refused, and answers its rich status.</summary>
    public static async Task<Google.Rpc.Status> By(Func<Task> call, StatusCode code, string reason)
    {
        var exception = await Assert.ThrowsAnyAsync<RpcException>(call);
        Assert.True(exception.StatusCode == code, $"expected {code}, got {exception.Status}");
        var status = exception.GetRpcStatus();
        Assert.NotNull(status);
        var info = status.GetDetail<Google.Rpc.ErrorInfo>();
        Assert.NotNull(info);
        Assert.Equal("mining", info.Domain);
        Assert.Equal(reason, info.Reason);
        return status;
    }

    /// <summary>What a status says about a field.</summary>
    public static string Description(this Google.Rpc.Status status, string field) =>
        status.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Single(violation => violation.Field == field).Description;

    /// <summary>The fields that a status names, in order.</summary>
    public static string[] Fields(this Google.Rpc.Status status) =>
        [.. status.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations.Select(violation => violation.Field) ?? []];
}
