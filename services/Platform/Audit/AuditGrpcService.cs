using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Paging;

namespace Mining.Platform.Audit;

/// <summary>Serves this service's audit trail and the checkpoints of its log.</summary>
public sealed class AuditGrpcService(AuditTrail trail, Checkpoints checkpoints, ChangeLog log, PageTokens tokens) : AuditService.AuditServiceBase
{
    private const int MaxTextLength = 256;

    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        CheckSource(request.Source, violations);
        foreach (var (field, text) in ((string, string)[])[("caller", request.Caller), ("method", request.Method), ("reason", request.Reason), ("resource", request.Resource)])
            violations.CheckText(field, text, MaxTextLength);
        if (request.Side.Length > 0 && !Parties.IsSideId(request.Side))
            violations.Add("side", "must be 1 to 20 upper-case letters, digits and hyphens.");
        violations.CheckEnum("outcome", request.Outcome);
        CheckTime("from_time", request.FromTime, violations);
        CheckTime("to_time", request.ToTime, violations);
        var caller = Caller.From(context);
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.ThrowIfAny();

        var seesAll = caller.Roles.HasFlag(Roles.Auditor);
        if (!seesAll && request.Side.Length > 0)
            caller.RequireSideOf("The audit trail", [request.Side]);
        var before = position is [var id] && long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
        var entries = await trail.List(request, seesAll ? null : caller.Sides, before, pageSize + 1, context.CancellationToken);
        var answer = new ListAuditEntriesResponse { AuditEntries = { entries.Take(pageSize) } };
        if (entries.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, entries[pageSize - 1].EntryId.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    public override async Task<ListCheckpointsResponse> ListCheckpoints(ListCheckpointsRequest request, ServerCallContext context)
    {
        var violations = new Violations();
        CheckSource(request.Source, violations);
        if (request.AfterSequence < 0)
            violations.Add("after_sequence", "must not be negative.");
        var caller = Caller.From(context);
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.ThrowIfAny();

        var after = position is [var last] && long.TryParse(last, CultureInfo.InvariantCulture, out var number) ? number : request.AfterSequence;
        var found = await checkpoints.List(after, pageSize + 1, context.CancellationToken);
        var answer = new ListCheckpointsResponse { Checkpoints = { found.Take(pageSize) }, SigningKeys = { await checkpoints.Keys(context.CancellationToken) } };
        if (found.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, found[pageSize - 1].Sequence.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    /// <summary>Refuses a time that the databases cannot store.</summary>
    private static void CheckTime(string field, Timestamp? time, Violations violations)
    {
        const long earliest = -62_135_596_800; // the year 1
        const long latest = 253_402_300_799; // the year 9999
        if (time is { } given && (given.Seconds is < earliest or > latest || given.Nanos is < 0 or > 999_999_999))
            violations.Add(field, "must be a time in the years 1 to 9999.");
    }

    private void CheckSource(string source, Violations violations)
    {
        if (source.Length > 0 && source != log.Source)
            violations.Add("source", $"is '{source}'; this service serves '{log.Source}'.");
    }
}
