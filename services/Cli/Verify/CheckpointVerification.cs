using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mining.Changes.V1;

namespace Mining.Cli.Verify;

/// <summary>The verified checkpoints of one log.</summary>
/// <param name="Source">The service.</param>
/// <param name="Count">The number of checkpoints.</param>
/// <param name="CoveredTo">The last change covered by a checkpoint.</param>
/// <param name="NotCovered">The number of later changes, which no checkpoint covers yet.</param>
internal sealed record VerifiedCheckpoints(string Source, int Count, long CoveredTo, long NotCovered);

/// <summary>The result of verifying checkpoints.</summary>
/// <param name="Logs">The result for each log.</param>
/// <param name="WithServedKeys">Whether the keys came from the services themselves. Such keys do not detect a dishonest service.</param>
internal sealed record CheckpointReport(IReadOnlyList<VerifiedCheckpoints> Logs, bool WithServedKeys);

/// <summary>
/// Proves that nothing before a signed checkpoint was altered. It verifies each signature with a given key, and compares the signed
/// hash with the hash of the same change in the log, read from the beginning. Written from the specification in
/// <c>mining/changes/v1/checkpoint.proto</c> alone, so that it is independent of the services' code.
/// </summary>
internal sealed class CheckpointVerification(IReadOnlyList<ListCheckpointsResponse> pages, IReadOnlyDictionary<string, ECDsa> keys, bool withServedKeys)
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const int NanosPerMicrosecond = 1_000;

    /// <exception cref="DifferenceException">A signature is invalid, or a log differs from the signed one.</exception>
    public CheckpointReport Run(IReadOnlyList<ChangeLog> logs)
    {
        var bySource = pages.SelectMany(page => page.Checkpoints).ToLookup(checkpoint => checkpoint.Source);
        if (bySource.Select(group => group.Key).Except(logs.Select(log => log.Source)).FirstOrDefault() is { } stranger)
            throw new DifferenceException("checkpoints", $"one has the source '{stranger}', which is not a service of the mesh");
        return new CheckpointReport([.. logs.Select(log => Verify(log, [.. bySource[log.Source].OrderBy(checkpoint => checkpoint.Sequence)]))], withServedKeys);
    }

    /// <summary>The bytes that a signature covers.</summary>
    internal static byte[] SignedBytes(ChainCheckpoint checkpoint)
    {
        var microseconds = (checkpoint.SignTime.Seconds * MicrosecondsPerSecond) + (checkpoint.SignTime.Nanos / NanosPerMicrosecond);
        byte[][] parts =
        [
            Utf8("mining.changes.v1.ChainCheckpoint"), Utf8(checkpoint.Source), Utf8(checkpoint.LogId), Utf8(Text(checkpoint.Sequence)),
            checkpoint.Hash.ToByteArray(), Utf8(Text(microseconds)), Utf8(checkpoint.KeyId),
        ];
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            bytes.Write(length);
            bytes.Write(part);
        }

        return bytes.ToArray();
    }

    private VerifiedCheckpoints Verify(ChangeLog log, IReadOnlyList<ChainCheckpoint> checkpoints)
    {
        if (checkpoints.Count == 0 && log.LastSequence > 0)
            throw new DifferenceException($"checkpoints of {log.Source}", $"there is none for {Text(log.LastSequence)} changes");
        foreach (var checkpoint in checkpoints)
        {
            var where = $"checkpoint of {log.Source} at change {Text(checkpoint.Sequence)}";
            if (checkpoint.SignTime is null || !keys.TryGetValue(checkpoint.KeyId, out var key))
                throw new DifferenceException(where, $"it is signed with key {checkpoint.KeyId}, which is not among the given keys");
            if (!key.VerifyData(SignedBytes(checkpoint), checkpoint.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                throw new DifferenceException(where, "its signature is invalid");
            if (checkpoint.Sequence < 1 || checkpoint.Sequence > log.LastSequence)
                throw new DifferenceException(where, $"the log ends at change {Text(log.LastSequence)}, so signed changes are missing");
            var change = log.Changes[(int)checkpoint.Sequence - 1];
            if (change.LogId != checkpoint.LogId)
                throw new DifferenceException(where, $"it has log id {checkpoint.LogId}, but the service's log now has {change.LogId}");
            if (!change.Hash.Span.SequenceEqual(checkpoint.Hash.Span))
            {
                throw new DifferenceException(
                    where,
                    $"the log was altered at this change or before: the signed hash is {Convert.ToHexStringLower(checkpoint.Hash.Span)}, "
                    + $"the current one is {Convert.ToHexStringLower(change.Hash.Span)}");
            }
        }

        var last = checkpoints.Count == 0 ? 0 : checkpoints[^1].Sequence;
        return new VerifiedCheckpoints(log.Source, checkpoints.Count, last, log.LastSequence - last);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

}
