using Google.Protobuf;
using Google.Rpc;
using Mining.Changes.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>A row of the audit trail, as stored.</summary>
public sealed record AuditRow(
    long EntryId,
    RecordedTime EntryTime,
    RecordedTime LastTime,
    string Caller,
    string Sides,
    string Organisation,
    string Roles,
    string Method,
    string RequestId,
    string Resource,
    long ValidateOnly,
    long Code,
    string Reason,
    string Message,
    long CallCount,
    long FirstSequence,
    long LastSequence,
    byte[] Hash)
{
    /// <summary>All columns except the id, which the database assigns.</summary>
    public const string Written =
        "entry_time, last_time, caller, sides, organisation, roles, method, request_id, resource, validate_only, code, reason, message, call_count, first_sequence, last_sequence, hash";

    /// <summary>Maximum stored length of an organisation's name, in characters.</summary>
    public const int MaxOrganisationLength = 128;

    /// <summary>Maximum number of stored sides per caller.</summary>
    public const int MaxSides = 20;

    /// <summary>Creates a row for a call, without its outcome.</summary>
    public static AuditRow Of(Caller caller, string method, DateTimeOffset time)
    {
        var recorded = new RecordedTime(Microseconds.From(time));
        return new AuditRow(
            EntryId: 0,
            recorded,
            recorded,
            caller.Name,
            caller.Sides.Count == 0 ? "" : $",{string.Join(',', caller.Sides.Take(MaxSides))},",
            Plain(caller.Organisation, MaxOrganisationLength),
            DisplayText(caller.Roles),
            method,
            RequestId: "",
            Resource: "",
            ValidateOnly: 0,
            (long)Google.Rpc.Code.Ok,
            Reason: "",
            Message: "",
            CallCount: 1,
            FirstSequence: 0,
            LastSequence: 0,
            Hash: []);
    }

    /// <summary>The LIKE pattern that finds a side in <see cref="Sides"/>.</summary>
    public static string PatternOf(string side) => Like.Containing($",{side},");

    /// <summary>Turns a text into one line of bounded length.</summary>
    public static string Plain(string text, int longest)
    {
        var line = text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
        return line.Length <= longest ? line : line[..(longest - 1)] + "…";
    }

    /// <summary>The entry as it is returned to callers.</summary>
    public AuditEntry ToEntry(string source) => new()
    {
        Source = source,
        EntryId = EntryId,
        EntryTime = Microseconds.ToTimestamp(EntryTime.Microseconds),
        Caller = Caller,
        Sides = { Sides.Split(',', StringSplitOptions.RemoveEmptyEntries) },
        Organisation = Organisation,
        Roles = { Roles.Split(',', StringSplitOptions.RemoveEmptyEntries) },
        Method = Method,
        RequestId = RequestId,
        Resource = Resource,
        ValidateOnly = ValidateOnly != 0,
        Code = (Code)Code,
        Reason = Reason,
        Message = Message,
        CallCount = CallCount,
        LastTime = Microseconds.ToTimestamp(LastTime.Microseconds),
        FirstSequence = FirstSequence,
        LastSequence = LastSequence,
        Hash = UnsafeByteOperations.UnsafeWrap(Hash),
    };

    private static string DisplayText(Roles roles) =>
        roles == Authentication.Roles.None ? "" : roles.ToString().Replace(", ", ",", StringComparison.Ordinal).ToLowerInvariant();
}
