using System.Buffers;
using Google.Protobuf;
using Mining.Gateway.Follow;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Engine;

/// <summary>
/// A response as bytes: the cached part of the message, followed by the freshness. In protobuf, concatenated parts of a message form
/// the whole message.
/// </summary>
public sealed class SerializedAnswer
{
    private readonly byte[] head;
    private readonly byte[] kept;
    private readonly byte[] tail;

    private SerializedAnswer(byte[] head, byte[] kept, byte[] tail) => (this.head, this.kept, this.tail) = (head, kept, tail);

    /// <summary>The length in bytes.</summary>
    public int Length => head.Length + kept.Length + tail.Length;

    /// <summary>A summary with its freshness.</summary>
    internal static SerializedAnswer Of(SerializedSummary summary, SerializedFreshness freshness) => new([], summary.Bytes, freshness.Bytes);

    /// <summary>A summary as a message to a watcher.</summary>
    internal static SerializedAnswer ToWatcher(SerializedSummary summary, SerializedFreshness freshness)
    {
        var (kept, tail) = (summary.Bytes, freshness.Bytes);
        using var head = new MemoryStream();
        using (var writer = new CodedOutputStream(head, leaveOpen: true))
        {
            writer.WriteTag(WatchPortfolioResponse.SummaryFieldNumber, WireFormat.WireType.LengthDelimited);
            writer.WriteLength(kept.Length + tail.Length);
        }

        return new(head.ToArray(), kept, tail);
    }

    /// <summary>Any message.</summary>
    internal static SerializedAnswer Of(IMessage message) => new([], message.ToByteArray(), []);

    /// <summary>The whole response as one array, for callers that need the message.</summary>
    public byte[] ToBytes() => [.. head, .. kept, .. tail];

    /// <summary>Writes the parts one after another.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        writer.Write(head);
        writer.Write(kept);
        writer.Write(tail);
    }
}
