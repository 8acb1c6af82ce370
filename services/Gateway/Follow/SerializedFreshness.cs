using Google.Protobuf;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Follow;

/// <summary>The freshness of the sources at one moment: as messages, and as the bytes of a summary with no other field.</summary>
internal sealed class SerializedFreshness(IReadOnlyList<SourceFreshness> messages, TimeSpan made)
{
    private byte[]? bytes;

    /// <summary>Must not be modified; shared by all calls.</summary>
    public IReadOnlyList<SourceFreshness> Messages => messages;

    /// <summary>The time of the freshness, by the monotonic clock.</summary>
    public TimeSpan Made => made;

    /// <summary>Created lazily; two callers that race create the same value.</summary>
    public byte[] Bytes => bytes ??= new PortfolioSummary { Freshness = { messages } }.ToByteArray();
}
