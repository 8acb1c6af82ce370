using Google.Protobuf;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Follow;

/// <summary>How fresh the sources were at a moment: as messages, and as the bytes of a summary that says nothing else.</summary>
internal sealed class SerializedFreshness(IReadOnlyList<SourceFreshness> messages, TimeSpan made)
{
    private byte[]? bytes;

    /// <summary>Nobody changes them.</summary>
    public IReadOnlyList<SourceFreshness> Messages => messages;

    /// <summary>When, in steady time.</summary>
    public TimeSpan Made => made;

    /// <summary>Written once; two callers who race both write the same.</summary>
    public byte[] Bytes => bytes ??= new PortfolioSummary { Freshness = { messages } }.ToByteArray();
}
