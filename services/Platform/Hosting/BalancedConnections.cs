using System.Net;
using System.Net.Sockets;

namespace Mining.Platform.Hosting;

/// <summary>
/// Connections to a service that has several addresses under one name: each new connection goes to the next address, one that does
/// not answer is passed over, and no connection gets so old that a new replica is never found. HTTP/2 carries all calls over one
/// connection, so without this a client would stay for ever with the replica that it met first.
/// </summary>
/// <param name="resolve">The addresses of a name.</param>
public sealed class BalancedConnections(Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>After this long a connection takes no new calls; those that are under way stay with it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private int turn;

    /// <summary>By the system's resolver.</summary>
    public static BalancedConnections BySystem { get; } = new(Dns.GetHostAddressesAsync);

    /// <summary>Has a handler connect in turn.</summary>
    public SocketsHttpHandler Apply(SocketsHttpHandler handler)
    {
        handler.PooledConnectionLifetime = Lifetime;
        handler.ConnectCallback = (context, cancellation) => Connect(context.DnsEndPoint, cancellation);
        return handler;
    }

    private async ValueTask<Stream> Connect(DnsEndPoint target, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(target.Host, out var address) ? [address] : await resolve(target.Host, cancellation);
        // The resolver sorts by closeness, the same way each time; in turn they all get their part.
        var first = (int)((uint)Interlocked.Increment(ref turn) % (uint)Math.Max(addresses.Length, 1));
        SocketException? failure = null;
        for (var index = 0; index < addresses.Length; index++)
        {
            var next = addresses[(first + index) % addresses.Length];
            var socket = new Socket(next.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(next, target.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                failure = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }
}
