using System.Net;
using System.Net.Sockets;

namespace Mining.Platform.Calls;

/// <summary>
/// Balances connections over the addresses of a service name. Each new connection uses the next address, unresponsive addresses are
/// skipped, and connections have a limited lifetime so that new replicas are found. HTTP/2 carries all calls over one connection, so
/// without this a client would stay with its first replica forever.
/// </summary>
/// <param name="resolve">Resolves a name to its addresses.</param>
public sealed class BalancedConnections(Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>Maximum age of a connection for new calls. Calls in progress stay on it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private int turn;

    /// <summary>Uses the system's resolver.</summary>
    public static BalancedConnections BySystem { get; } = new(Dns.GetHostAddressesAsync);

    /// <summary>Makes a handler connect to the addresses in turn.</summary>
    public SocketsHttpHandler Apply(SocketsHttpHandler handler)
    {
        handler.PooledConnectionLifetime = Lifetime;
        handler.ConnectCallback = (context, cancellation) => Connect(context.DnsEndPoint, cancellation);
        return handler;
    }

    private async ValueTask<Stream> Connect(DnsEndPoint target, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(target.Host, out var address) ? [address] : await resolve(target.Host, cancellation);
        // The resolver returns the addresses in a fixed order, so rotate through them.
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
