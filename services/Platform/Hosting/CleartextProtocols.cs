using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mining.Platform.Hosting;

/// <summary>
/// Serves gRPC and JSON on one cleartext address. Without TLS there is no protocol negotiation, so Kestrel would treat every connection as
/// HTTP/1.1. A gRPC client starts with the HTTP/2 preface (RFC 9113, 3.4), so the first bytes identify it.
/// </summary>
internal static class CleartextProtocols
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0"u8.ToArray();

    public static void UseProtocols(this ListenOptions listen, HttpProtocols protocols)
    {
        if (protocols == HttpProtocols.Http1AndHttp2)
            listen.Use(next => connection => Negotiate(connection, next)); // the default; Kestrel warns if it is set explicitly
        else
            listen.Protocols = protocols;
    }

    private static async Task Negotiate(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (await BeginsWithPreface(connection.Transport.Input, connection.ConnectionClosed))
            {
                // The result that TLS would have negotiated. Kestrel reads it only from a connection with a TLS feature.
                connection.Features.Set<ITlsConnectionFeature>(Http2.Negotiated);
                connection.Features.Set<ITlsApplicationProtocolFeature>(Http2.Negotiated);
            }
        }
        catch (OperationCanceledException)
        {
            return; // closed without sending anything
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
            // Consume nothing: the server reads these bytes again.
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
