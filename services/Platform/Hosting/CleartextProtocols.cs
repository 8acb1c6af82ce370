using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mining.Platform.Hosting;

/// <summary>
/// gRPC and JSON on one cleartext address. Without TLS there is no negotiation, so Kestrel would take every connection for
/// HTTP/1.1; but a gRPC client begins with HTTP/2's preface (RFC 9113, 3.4), so its first bytes tell.
/// </summary>
internal static class CleartextProtocols
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0"u8.ToArray();

    public static void UseProtocols(this ListenOptions listen, HttpProtocols protocols)
    {
        if (protocols == HttpProtocols.Http1AndHttp2)
            listen.Use(next => connection => Negotiate(connection, next)); // the default; said explicitly, Kestrel warns
        else
            listen.Protocols = protocols;
    }

    private static async Task Negotiate(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (await BeginsWithPreface(connection.Transport.Input, connection.ConnectionClosed))
            {
                // What TLS would have negotiated. Kestrel looks for the outcome only on a connection that says it has TLS.
                connection.Features.Set<ITlsConnectionFeature>(Http2.Negotiated);
                connection.Features.Set<ITlsApplicationProtocolFeature>(Http2.Negotiated);
            }
        }
        catch (OperationCanceledException)
        {
            return; // closed before it said anything
        }

        await next(connection);
    }

    private static async Task<bool> BeginsWithPreface(PipeReader input, CancellationToken closed)
    {
        while (true)
        {
            var result = await input.ReadAsync(closed);
            var buffer = result.Buffer;
            var compared = (int)Math.Min(buffer.Length, Preface.Length);
            var begin = buffer.Slice(0, compared).ToArray();
            var matches = begin.AsSpan().SequenceEqual(Preface.AsSpan(0, compared));
            var decided = !matches || compared == Preface.Length || result.IsCompleted;
            // Nothing is consumed: the server reads it again.
            input.AdvanceTo(buffer.Start, decided ? buffer.Start : buffer.End);
            if (decided)
                return matches && compared == Preface.Length;
        }
    }

    private sealed class Http2 : ITlsApplicationProtocolFeature, ITlsConnectionFeature
    {
        public static readonly Http2 Negotiated = new();

        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
    }
}
