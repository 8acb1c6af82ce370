using Google.Protobuf;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>An immutable summary as message and as bytes, both without the freshness, which differs between calls.</summary>
internal sealed class SerializedSummary(PortfolioSummary message)
{
    private byte[]? bytes;

    public PortfolioSummary Message => message;

    /// <summary>Created lazily; two callers that race create the same value.</summary>
    public byte[] Bytes => bytes ??= message.ToByteArray();

    /// <summary>Whether the figures are equal, regardless of their freshness.</summary>
    public bool HasEqualFigures(SerializedSummary other) => ReferenceEquals(this, other) || Bytes.AsSpan().SequenceEqual(other.Bytes);
}
