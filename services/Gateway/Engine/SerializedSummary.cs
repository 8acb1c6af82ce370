using Google.Protobuf;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>A summary that nobody changes any more, as a message and as bytes, both without the freshness, which is of each call.</summary>
internal sealed class SerializedSummary(PortfolioSummary message)
{
    private byte[]? bytes;

    public PortfolioSummary Message => message;

    /// <summary>Written once; two callers who race both write the same.</summary>
    public byte[] Bytes => bytes ??= message.ToByteArray();

    /// <summary>Whether the figures are the same, however fresh the data behind them is.</summary>
    public bool SaysTheSameAs(SerializedSummary other) => ReferenceEquals(this, other) || Bytes.AsSpan().SequenceEqual(other.Bytes);
}
