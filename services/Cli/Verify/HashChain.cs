using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;

namespace Mining.Cli.Verify;

/// <summary>The hash of a change, written from the specification in <c>mining/changes/v1/changes.proto</c> alone.</summary>
internal static class HashChain
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const int NanosPerMicrosecond = 1_000;

    /// <summary>The <c>previous_hash</c> of the first change.</summary>
    public static byte[] Beginning { get; } = new byte[SHA256.HashSizeInBytes];

    public static byte[] Hash(Change change)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, change.PreviousHash.Span);
        string[] texts =
        [
            change.Source, change.LogId, Text(change.Sequence), change.EventId, change.Resource, Text(change.Version), change.Actor,
            change.Method,
            change.RequestId, Text(Microseconds(change.CommitTime)), change.Traceparent, string.Join(',', change.ChangedFields),
            Any.GetTypeName(change.State.TypeUrl),
        ];
        foreach (var text in texts)
            Append(hash, Encoding.UTF8.GetBytes(text));
        Append(hash, change.State.Value.Span);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private static long Microseconds(Timestamp time) => (time.Seconds * MicrosecondsPerSecond) + (time.Nanos / NanosPerMicrosecond);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
