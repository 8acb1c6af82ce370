using System.Diagnostics;
using System.Net.Sockets;

namespace Mining.Testing;

/// <summary>A Redis for one test: on its own port, in memory only.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string program = RealPrograms.Redis;
    private readonly string folder = Directory.CreateTempSubdirectory("mining-redis-").FullName;

    public int Port { get; } = ServiceProcess.FreePort();

    public string Address => $"127.0.0.1:{Port}";

    public ChildProcess Process { get; } = new();

    /// <summary>Starts it and waits until it accepts connections.</summary>
    /// <param name="options">Further options.</param>
    public async Task Start(params string[] options)
    {
        Process.Launch(new ProcessStartInfo(program, ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", .. options]));
        await Eventually.True(() => Listens(Port), TimeSpan.FromSeconds(20), () => $"Redis does not start:\n{Process.Tail}");
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal static async Task<bool> Listens(int port)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
