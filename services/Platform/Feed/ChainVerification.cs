using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Platform.Commit;

namespace Mining.Platform.Feed;

/// <summary>Recomputes the hash chain of a log row by row, and reports the first break.</summary>
public static class ChainVerification
{
    private const int RowsAtOnce = 1_000;

    public static async Task<VerifyChainResponse> Run(ChangeLog log, CancellationToken cancellation)
    {
        var answer = new VerifyChainResponse { Intact = true };
        var head = await log.Head(cancellation);
        var previous = ByteString.CopyFrom(ChangeHash.Genesis);
        while (answer.VerifiedCount < head.LastSequence)
        {
            var rows = await log.Read(answer.VerifiedCount, RowsAtOnce, cancellation);
            foreach (var change in rows)
            {
                if (answer.VerifiedCount == head.LastSequence)
                    break; // later rows were added after the head was read
                if (Problem(change, answer.VerifiedCount + 1, previous) is { } problem)
                    return Broken(answer, answer.VerifiedCount + 1, problem);
                previous = change.Hash;
                answer.VerifiedCount++;
                answer.HeadHash = change.Hash;
            }

            if (rows.Count == 0)
                return Broken(answer, answer.VerifiedCount + 1, $"The log ends at {answer.VerifiedCount}, but its head is at {head.LastSequence}.");
        }

        if (!previous.Span.SequenceEqual(head.LastHash) && (await log.Head(cancellation)).LastSequence == head.LastSequence)
            return Broken(answer, head.LastSequence, "The head's hash is not that of the last row.");
        return answer;
    }

    private static string? Problem(Change change, long expected, ByteString previous)
    {
        if (change.Sequence != expected)
            return $"Sequence {expected} is missing.";
        if (!change.PreviousHash.Equals(previous))
            return "The row is not chained to the previous row.";
        return change.Hash.Span.SequenceEqual(ChangeHash.Of(change)) ? null : "The row's content does not match its hash.";
    }

    private static VerifyChainResponse Broken(VerifyChainResponse answer, long sequence, string problem)
    {
        answer.Intact = false;
        answer.FirstBrokenSequence = sequence;
        answer.Problem = problem;
        return answer;
    }
}
