using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Mining.Changes.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Platform.Relay;

namespace Mining.Platform.Feed;

/// <summary>Serves this service's change log, the authoritative source of what the broker delivers.</summary>
public sealed class ChangeFeedGrpcService(
    ChangeLog log,
    CommitSignal signal,
    ParkedChanges parked,
    PageTokens tokens,
    TimeProvider time,
    IHostApplicationLifetime lifetime) : ChangeFeedService.ChangeFeedServiceBase
{
    /// <summary>Maximum number of changes per message of the stream.</summary>
    public const int MaxRunLength = 500;

    /// <summary>Maximum size of a message in bytes, unless a single change is larger.</summary>
    public const int MaxRunBytes = 1 << 20;

    /// <summary>How often a follower gets an empty message if the log does not grow.</summary>
    public static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The error that ends a stream at shutdown, with the position from which the reader can resume, here or at another replica.
    /// </summary>
    public static Refusal Stopping(long position) =>
        Refusal.Unavailable("SERVICE_STOPPING", $"This service is shutting down; resume after sequence {position}.") with
        {
            Metadata = new Dictionary<string, string> { ["resume_after_sequence"] = $"{position}" },
        };

    public override async Task ReadChanges(
        ReadChangesRequest request, IServerStreamWriter<ReadChangesResponse> responseStream, ServerCallContext context)
    {
        var violations = new Violations();
        CheckSource(request.Source, violations);
        if (request.AfterSequence < 0)
            violations.Add("after_sequence", "must not be negative.");
        violations.ThrowIfAny();

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var position = request.AfterSequence;
        try
        {
            while (true)
            {
                var seen = signal.Count;
                var head = await log.Head(ending.Token);
                var changes = await log.Read(position, MaxRunLength, ending.Token);
                if (changes.Count == 0)
                {
                    await responseStream.WriteAsync(new() { LastSequence = head.LastSequence, LogId = head.LogId }, ending.Token);
                    if (!request.Follow)
                        return;
                    await signal.WaitBeyond(seen, FollowInterval, time, ending.Token);
                    continue;
                }

                foreach (var run in Runs(changes))
                {
                    run.LastSequence = Math.Max(head.LastSequence, run.Changes[^1].Sequence);
                    run.LogId = head.LogId;
                    await responseStream.WriteAsync(run, ending.Token);
                    position = run.Changes[^1].Sequence;
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RefusedException(Stopping(position));
        }
    }

    public override async Task<VerifyChainResponse> VerifyChain(VerifyChainRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        CheckSource(request.Source, violations);
        violations.ThrowIfAny();
        return await ChainVerification.Run(log, context.CancellationToken);
    }

    public override async Task<ListParkedChangesResponse> ListParkedChanges(ListParkedChangesRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        CheckSource(request.Source, violations);
        var caller = Caller.From(context);
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.ThrowIfAny();

        var after = position is [var sequence] && long.TryParse(sequence, out var number) ? number : 0;
        var rows = await parked.List(after, pageSize + 1, context.CancellationToken);
        var answer = new ListParkedChangesResponse { ParkedChanges = { rows.Take(pageSize) } };
        if (rows.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, $"{rows[pageSize - 1].Sequence}");
        return answer;
    }

    public override async Task<RedriveChangesResponse> RedriveChanges(RedriveChangesRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        CheckSource(request.Source, violations);
        violations.CheckCount("sequences", request.Sequences.Count, PageSizes.Max);
        violations.ThrowIfAny();
        return new() { RedrivenCount = await parked.Redrive([.. request.Sequences], Caller.From(context), context.CancellationToken) };
    }

    private static IEnumerable<ReadChangesResponse> Runs(IReadOnlyList<Change> changes)
    {
        var run = new ReadChangesResponse();
        var bytes = 0;
        foreach (var change in changes)
        {
            var size = change.CalculateSize();
            if (run.Changes.Count > 0 && bytes + size > MaxRunBytes)
            {
                yield return run;
                run = new ReadChangesResponse();
                bytes = 0;
            }

            run.Changes.Add(change);
            bytes += size;
        }

        yield return run;
    }

    private void CheckSource(string source, Violations violations)
    {
        if (source.Length > 0 && source != log.Source)
            violations.Add("source", $"is '{source}'; this service serves '{log.Source}'.");
    }
}
