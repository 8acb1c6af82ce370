using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mining.Changes.V1;

namespace Mining.Platform.Commit;

/// <summary>The hash that chains the change log: over a row's content and the hash of the row before (see <c>Change.hash</c>).</summary>
public static class ChangeHash
{
    /// <summary>What the first row is chained to.</summary>
    public static readonly byte[] Genesis = new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash that a change must have.</summary>
    public static byte[] Of(Change change)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, change.PreviousHash.Span);
        foreach (var text in (ReadOnlySpan<string>)[
            change.Source,
            change.LogId,
            Number(change.Sequence),
            change.EventId,
            change.Resource,
            Number(change.Version),
            change.Actor,
            change.Method,
            change.RequestId,
            Number(Microseconds.From(change.CommitTime)),
            change.Traceparent,
            string.Join(',', change.ChangedFields),
            change.State.TypeUrl[(change.State.TypeUrl.LastIndexOf('/') + 1)..]])
        {
            Append(hash, Encoding.UTF8.GetBytes(text));
        }

        Append(hash, change.State.Value.Span);
        return hash.GetHashAndReset();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
