using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>A row of the change log, as stored.</summary>
public sealed record ChangeRow(
    long Sequence,
    string EventId,
    string Resource,
    long Version,
    string Actor,
    string Method,
    string RequestId,
    RecordedTime CommitTime,
    string Traceparent,
    string ChangedFields,
    string StateType,
    byte[] State,
    byte[] PreviousHash,
    byte[] Hash)
{
    public const string Columns =
        "sequence, event_id, resource, version, actor, method, request_id, commit_time, traceparent, changed_fields, state_type, state, previous_hash, hash";

    /// <summary>The change as published on the bus and in the feed.</summary>
    public Change ToChange(string source, string logId)
    {
        var change = new Change
        {
            Source = source,
            LogId = logId,
            Sequence = Sequence,
            EventId = EventId,
            Resource = Resource,
            Version = Version,
            Actor = Actor,
            Method = Method,
            RequestId = RequestId,
            CommitTime = Microseconds.ToTimestamp(CommitTime.Microseconds),
            Traceparent = Traceparent,
            State = new Any { TypeUrl = "type.googleapis.com/" + StateType, Value = UnsafeByteOperations.UnsafeWrap(State) },
            PreviousHash = UnsafeByteOperations.UnsafeWrap(PreviousHash),
            Hash = UnsafeByteOperations.UnsafeWrap(Hash),
        };
        if (ChangedFields.Length > 0)
            change.ChangedFields.AddRange(ChangedFields.Split(','));
        return change;
    }
}

/// <summary>Recorded time in microseconds since 1970 (UTC), the finest precision that both databases support.</summary>
public static class Microseconds
{
    /// <summary>Truncates a time to microseconds.</summary>
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static Timestamp ToTimestamp(long microseconds) =>
        Timestamp.FromDateTime(DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond));

    public static long From(Timestamp timestamp) => From(timestamp.ToDateTimeOffset());
}
