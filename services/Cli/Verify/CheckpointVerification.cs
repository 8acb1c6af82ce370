using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mining.Changes.V1;

namespace Mining.Cli.Verify;

/// <summary>Checkpoints of one log whose signatures hold and which the log still meets.</summary>
/// <param name="Source">The service.</param>
/// <param name="Count">How many checkpoints.</param>
/// <param name="CoveredTo">The last change that a checkpoint covers.</param>
/// <param name="NotCovered">How many changes came after it: nothing proves them yet.</param>
internal sealed record VerifiedCheckpoints(string Source, int Count, long CoveredTo, long NotCovered);

/// <summary>What was verified about checkpoints.</summary>
/// <param name="Logs">Of each log.</param>
/// <param name="WithServedKeys">The keys came from the services themselves, so that only somebody else's rewriting would have been found.</param>
internal sealed record CheckpointReport(IReadOnlyList<VerifiedCheckpoints> Logs, bool WithServedKeys);

/// <summary>
/// Proves that nothing before a signed checkpoint was altered: each signature is checked with a key that was given, and the hash that it
/// covers is compared with the one that the log, read from its beginning, has there now. Made from the words of
/// <c>mining/changes/v1/checkpoint.proto</c> alone.
/// </summary>
internal sealed class CheckpointVerification(IReadOnlyList<ListCheckpointsResponse> pages, IReadOnlyDictionary<string, ECDsa> keys, bool withServedKeys)
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const int NanosPerMicrosecond = 1_000;

    /// <exception cref="DifferenceException">A signature does not hold, or a log is not the one that was signed.</exception>
    public CheckpointReport Run(IReadOnlyList<ChangeLog> logs)
    {
        var bySource = pages.SelectMany(page => page.Checkpoints).ToLookup(checkpoint => checkpoint.Source);
        if (bySource.Select(group => group.Key).Except(logs.Select(log => log.Source)).FirstOrDefault() is { } stranger)
            throw new DifferenceException("checkpoints", $"one is of '{stranger}', which is no service of the mesh");
        return new CheckpointReport([.. logs.Select(log => Verify(log, [.. bySource[log.Source].OrderBy(checkpoint => checkpoint.Sequence)]))], withServedKeys);
    }

    /// <summary>What a signature is over.</summary>
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
            throw new DifferenceException($"checkpoints of {log.Source}", $"there is none, and the log has {Text(log.LastSequence)} changes: nothing proves them");
        foreach (var checkpoint in checkpoints)
        {
            var where = $"checkpoint of {log.Source} at change {Text(checkpoint.Sequence)}";
            if (checkpoint.SignTime is null || !keys.TryGetValue(checkpoint.KeyId, out var key))
                throw new DifferenceException(where, $"it is signed with the key {checkpoint.KeyId}, which is not among those that were given");
            if (!key.VerifyData(SignedBytes(checkpoint), checkpoint.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                throw new DifferenceException(where, "its signature does not hold");
            if (checkpoint.Sequence < 1 || checkpoint.Sequence > log.LastSequence)
                throw new DifferenceException(where, $"the log ends at change {Text(log.LastSequence)}: what was signed is not there any more");
            var change = log.Changes[(int)checkpoint.Sequence - 1];
            if (change.LogId != checkpoint.LogId)
                throw new DifferenceException(where, $"it is of log {checkpoint.LogId}, and the service has log {change.LogId} now");
            if (!change.Hash.Span.SequenceEqual(checkpoint.Hash.Span))
            {
                throw new DifferenceException(
                    where,
                    $"the log was rewritten at this change or before: it was signed with hash {Convert.ToHexStringLower(checkpoint.Hash.Span)}, "
                    + $"and has {Convert.ToHexStringLower(change.Hash.Span)} now");
            }
        }

        var last = checkpoints.Count == 0 ? 0 : checkpoints[^1].Sequence;
        return new VerifiedCheckpoints(log.Source, checkpoints.Count, last, log.LastSequence - last);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

}
