// At stake: all replicas of the gateway must not forward to the same replica of a service, or to an unreachable one. Two loopback addresses
// stand for two replicas.
using System.Net;
using System.Net.Sockets;
using Mining.Gateway.Api;
using Xunit;

namespace Mining.Gateway.Tests;

public sealed class ForwardedServicesTests
{
    [Fact]
    public async Task Connections_rotate_over_all_addresses_and_skip_an_unreachable_one()
    {
        IPAddress[] addresses = [IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2")];
        using var first = new TcpListener(addresses[0], 0);
        first.Start();
        var port = ((IPEndPoint)first.LocalEndpoint).Port;
        using var second = new TcpListener(addresses[1], port);
        second.Start();
        Assert.Equal(2, (await Connect(4)).Distinct().Count());

        first.Stop();
        Assert.Equal([addresses[1]], (await Connect(4)).Distinct());

        async Task<List<IPAddress>> Connect(int times)
        {
            var connected = new List<IPAddress>();
            for (var i = 0; i < times; i++)
            {
                await using var stream = await ForwardedServices.ConnectInTurn(addresses, port, TestContext.Current.CancellationToken);
                var remote = ((IPEndPoint)stream.Socket.RemoteEndPoint!).Address;
                connected.Add(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote);
            }

            return connected;
        }
    }
}
