using System.Data.Common;
using Dapper;
using Mining.Changes.V1;
using Mining.Platform.Commit;
using Mining.Platform.Storage;

namespace Mining.Platform.Audit;

/// <summary>The audit trail of this service. Only the writer adds rows.</summary>
public sealed class AuditTrail(Database database, ChangeLog log)
{
    /// <summary>Adds a row in a transaction.</summary>
    public static Task Write(DbConnection connection, DbTransaction transaction, AuditRow row) => connection.ExecuteAsync(
        $"""
        INSERT INTO audit_entry ({AuditRow.Written})
        VALUES (@EntryTime, @LastTime, @Caller, @Sides, @Organisation, @Roles, @Method, @RequestId, @Resource, @ValidateOnly, @Code,
                @Reason, @Message, @CallCount, @FirstSequence, @LastSequence, @Hash)
        """,
        row,
        transaction);

    /// <summary>The entries that match a request's filters, newest first.</summary>
    /// <param name="filter">The filters.</param>
    /// <param name="visibleTo">The sides whose callers' entries are visible; null for all.</param>
    /// <param name="before">Only entries before this one.</param>
    /// <param name="limit">The maximum number of rows.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<IReadOnlyList<AuditEntry>> List(
        ListAuditEntriesRequest filter, IReadOnlyList<string>? visibleTo, long before, int limit, CancellationToken cancellation)
    {
        var parameters = new DynamicParameters(new
        {
            before,
            limit,
            caller = filter.Caller,
            side = AuditRow.PatternOf(filter.Side),
            method = filter.Method,
            reason = filter.Reason,
            resource = filter.Resource,
            fromTime = Time(filter.FromTime),
            toTime = Time(filter.ToTime),
        });
        var sql = $"SELECT entry_id, {AuditRow.Written} FROM audit_entry WHERE entry_id < @before";
        if (filter.Caller.Length > 0)
            sql += " AND caller = @caller";
        if (filter.Side.Length > 0)
            sql += " AND sides LIKE @side ESCAPE '!'";
        if (filter.Method.Length > 0)
            sql += " AND method = @method";
        if (filter.Outcome == AuditOutcome.Accepted)
            sql += " AND code = 0";
        if (filter.Outcome == AuditOutcome.Refused)
            sql += " AND code <> 0";
        if (filter.Reason.Length > 0)
            sql += " AND reason = @reason";
        if (filter.Resource.Length > 0)
            sql += " AND resource = @resource";
        if (filter.FromTime is not null)
            sql += " AND entry_time >= @fromTime";
        if (filter.ToTime is not null)
            sql += " AND entry_time < @toTime";
        if (visibleTo is not null)
        {
            sql += $" AND ({string.Join(" OR ", visibleTo.Select((_, i) => $"sides LIKE @visible{i} ESCAPE '!'"))})";
            for (var i = 0; i < visibleTo.Count; i++)
                parameters.Add($"visible{i}", AuditRow.PatternOf(visibleTo[i]));
        }

        var rows = await database.Read(
            connection => connection.QueryAsync<AuditRow>($"{sql} ORDER BY entry_id DESC {database.Limit}", parameters), cancellation);
        return [.. rows.Select(row => row.ToEntry(log.Source))];
    }

    private static RecordedTime Time(Google.Protobuf.WellKnownTypes.Timestamp? time) => new(time is null ? 0 : Microseconds.From(time));
}
