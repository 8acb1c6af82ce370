using Grpc.Core;
using Mining.Changes.V1;
using Mining.Cli.Shell;

namespace Mining.Cli.Verify;

/// <summary>
/// The change log of one service, read from its feed. All changes are checked: no gap in sequences or versions, one log id, and an
/// unbroken hash chain.
/// </summary>
internal sealed class ChangeLog(string source, Gateway gateway)
{
    private readonly List<Change> changes = [];
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private string? logId;

    public string Source { get; } = source;

    /// <summary>The changes read so far, in order: sequence n is at index n − 1.</summary>
    public IReadOnlyList<Change> Changes => changes;

    /// <summary>The last sequence that was read.</summary>
    public long LastSequence => changes.Count;

    /// <summary>The hash of the last change that was read.</summary>
    public ReadOnlyMemory<byte> Head => changes.Count == 0 ? HashChain.Beginning : changes[^1].Hash.Memory;

    /// <summary>Continues reading up to the current end of the log.</summary>
    public async Task ReadNewChanges(CancellationToken cancellation)
    {
        using var call = gateway.Changes.ReadChanges(
            new ReadChangesRequest { Source = Source, AfterSequence = LastSequence, Follow = false }, Gateway.Stream(cancellation));
        var lastSequence = LastSequence;
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            foreach (var change in response.Changes)
                Append(change);
            lastSequence = Math.Max(lastSequence, response.LastSequence);
        }

        if (lastSequence > LastSequence)
            throw new DifferenceException(
                $"feed of {Source}", $"it ends at change {LastSequence}, but states that the log ends at {lastSequence}");
    }

    /// <summary>Asks the service to verify its own log, and compares the result with the feed.</summary>
    public async Task CompareWithServer(CancellationToken cancellation)
    {
        var answer = await gateway.Changes.VerifyChainAsync(new VerifyChainRequest { Source = Source }, Gateway.Unary(cancellation));
        var where = $"log of {Source}";
        if (!answer.Intact)
            throw new DifferenceException(
                where, $"the service reports a broken chain at change {answer.FirstBrokenSequence}: {answer.Problem}");
        if (answer.VerifiedCount < LastSequence)
            throw new DifferenceException(where, $"the service verified {answer.VerifiedCount} changes, but its feed has {LastSequence}");
        if (answer.VerifiedCount == LastSequence && LastSequence > 0 && !answer.HeadHash.Span.SequenceEqual(Head.Span))
            throw new DifferenceException(where, "the hash of the last change differs from the feed");
    }

    private void Append(Change change)
    {
        var where = $"feed of {Source}, change {LastSequence + 1}";
        if (change.Sequence != LastSequence + 1)
            throw new DifferenceException(where, $"the next change has sequence {change.Sequence}, so changes are missing");
        if (change.Source != Source)
            throw new DifferenceException(where, $"its source is {change.Source}");
        if (change.LogId != (logId ??= change.LogId))
            throw new DifferenceException(where, $"its log id is {change.LogId}, but the changes before it have {logId}");
        if (!change.PreviousHash.Span.SequenceEqual(Head.Span))
            throw new DifferenceException(where, "its previous hash does not match the change before it");
        if (change.State is null || !change.Hash.Span.SequenceEqual(HashChain.Hash(change)))
            throw new DifferenceException(where, $"its hash does not match its content ({change.Resource}, version {change.Version})");
        var before = versions.GetValueOrDefault(change.Resource);
        if (change.Version != before + 1)
            throw new DifferenceException(where, $"{change.Resource} has version {change.Version} directly after version {before}");
        versions[change.Resource] = change.Version;
        changes.Add(change);
    }
}
