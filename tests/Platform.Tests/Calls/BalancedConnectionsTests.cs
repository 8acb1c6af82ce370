// At stake: with several replicas under one name every one gets calls, and one that is gone costs none. Two addresses of loopback stand
// for two replicas; each connection carries one request.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mining.Platform.Calls;
using Xunit;

namespace Mining.Platform.Tests.Calls;

public sealed class BalancedConnectionsTests
{
    private static readonly IPAddress[] Replicas = [IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2")];

    [Fact]
    public async Task Each_replica_gets_its_part()
    {
        using var first = Replica(Replicas[0], 0, out var port);
        using var second = Replica(Replicas[1], port, out _);
        Assert.Equal(["127.0.0.1", "127.0.0.2"], (await Ask(port, 4)).Order(StringComparer.Ordinal).Distinct());
    }

    [Fact]
    public async Task A_replica_that_is_gone_is_passed_over()
    {
        using var second = Replica(Replicas[1], 0, out var port);
        Assert.Equal(["127.0.0.2"], (await Ask(port, 4)).Distinct());
    }

    [Fact]
    public async Task A_name_without_addresses_is_an_error()
    {
        using var client = Client([]);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://replicas:1/"), TestContext.Current.CancellationToken));
    }

    private static HttpClient Client(IPAddress[] addresses) =>
        new(new BalancedConnections((_, _) => Task.FromResult(addresses)).Apply(new SocketsHttpHandler { UseProxy = false }));

    private static async Task<List<string>> Ask(int port, int times)
    {
        using var client = Client(Replicas);
        var answers = new List<string>();
        for (var count = 0; count < times; count++)
            answers.Add(await client.GetStringAsync(new Uri($"http://replicas:{port}/"), TestContext.Current.CancellationToken));
        return answers;
    }

    /// <summary>Answers each connection once, with its own address, and closes it.</summary>
    private static TcpListener Replica(IPAddress address, int wanted, out int port)
    {
        var listener = new TcpListener(address, wanted);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Serve();
        return listener;

        async Task Serve()
        {
            var body = address.ToString();
            var answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            try
            {
                while (true)
                {
                    using var connection = await listener.AcceptTcpClientAsync();
                    var stream = connection.GetStream();
                    _ = await stream.ReadAsync(new byte[4096]);
                    await stream.WriteAsync(answer);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }
    }
}
