using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Mining.Changes.V1;
using Mining.Platform.Commit;

namespace Mining.Platform.Audit;

/// <summary>The bytes that a checkpoint's signature covers (see <c>ChainCheckpoint.signature</c>).</summary>
public static class CheckpointBytes
{
    /// <summary>The bytes to sign.</summary>
    public static byte[] Of(ChainCheckpoint checkpoint)
    {
        var bytes = new List<byte>(256);
        Append(Encoding.UTF8.GetBytes(ChainCheckpoint.Descriptor.FullName));
        Append(Encoding.UTF8.GetBytes(checkpoint.Source));
        Append(Encoding.UTF8.GetBytes(checkpoint.LogId));
        Append(Encoding.UTF8.GetBytes(checkpoint.Sequence.ToString(CultureInfo.InvariantCulture)));
        Append(checkpoint.Hash.Span);
        Append(Encoding.UTF8.GetBytes(Microseconds.From(checkpoint.SignTime).ToString(CultureInfo.InvariantCulture)));
        Append(Encoding.UTF8.GetBytes(checkpoint.KeyId));
        return [.. bytes];

        void Append(ReadOnlySpan<byte> part)
        {
            Span<byte> length = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)part.Length);
            bytes.AddRange(length);
            bytes.AddRange(part);
        }
    }
}
