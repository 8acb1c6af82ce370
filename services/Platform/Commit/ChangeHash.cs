using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mining.Changes.V1;

namespace Mining.Platform.Commit;

/// <summary>The hash that chains the change log. It covers a row's content and the previous row's hash (see <c>Change.hash</c>).</summary>
public static class ChangeHash
{
    /// <summary>The previous hash of the first row.</summary>
    public static readonly byte[] Genesis = new byte[SHA256.HashSizeInBytes];

    /// <summary>Computes the hash of a change.</summary>
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
