using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Mining.Platform.Errors;

/// <summary>Why a request is refused. The caller gets it as a <c>google.rpc.Status</c>, always with an <c>ErrorInfo</c>.</summary>
/// <param name="Code">The gRPC status code.</param>
/// <param name="Reason">The reason for programs, in UPPER_SNAKE_CASE.</param>
/// <param name="Message">The reason for people, as a sentence.</param>
public sealed record Refusal(StatusCode Code, string Reason, string Message)
{
    /// <summary>The domain of every <c>ErrorInfo</c> in the mesh.</summary>
    public const string Domain = "mining";

    /// <summary>
    /// Maximum size of a status's violations, in bytes. A status travels in HTTP/2 trailers, once as text and once in base64, and clients
    /// in Java, Python and C++ accept at most 8 KiB of trailers; a larger error would reach them as a different error.
    /// </summary>
    public const int MaxDetailsBytes = 3_200;

    /// <summary>Maximum encoded size of a status's message or a violation's description, in bytes.</summary>
    public const int MaxMessageBytes = 1_000;

    /// <summary>The invalid fields.</summary>
    public IReadOnlyList<BadRequest.Types.FieldViolation> Fields { get; init; } = [];

    /// <summary>The failed preconditions.</summary>
    public IReadOnlyList<PreconditionFailure.Types.Violation> Preconditions { get; init; } = [];

    /// <summary>The resource concerned.</summary>
    public ResourceInfo? Resource { get; init; }

    /// <summary>When to retry.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Further data for programs, such as the position to resume from.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>A single field is invalid.</summary>
    public static Refusal Invalid(string field, string description) => Invalid(
        [new BadRequest.Types.FieldViolation { Field = field, Description = description }]);

    /// <summary>These fields are invalid.</summary>
    public static Refusal Invalid(IReadOnlyList<BadRequest.Types.FieldViolation> fields) => new(
        StatusCode.InvalidArgument,
        "INVALID_FIELDS",
        Sentence(fields))
    {
        Fields = fields,
    };

    /// <summary>The resource does not exist.</summary>
    public static Refusal NotFound(string resourceType, string name) => new(
        StatusCode.NotFound, "RESOURCE_NOT_FOUND", $"There is no {name}.")
    { Resource = Info(resourceType, name) };

    /// <summary>The id is already used.</summary>
    public static Refusal AlreadyExists(string resourceType, string name) => new(
        StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS", $"{name} already exists.")
    { Resource = Info(resourceType, name) };

    /// <summary>The current state does not allow the command.</summary>
    public static Refusal Precondition(string reason, string subject, string message) => new(
        StatusCode.FailedPrecondition, reason, message)
    {
        Preconditions = [new PreconditionFailure.Types.Violation { Type = reason, Subject = subject, Description = message }],
    };

    /// <summary>Someone else has changed the resource meanwhile.</summary>
    public static Refusal EtagMismatch(string name, string given, string present) => new(
        StatusCode.Aborted, "ETAG_MISMATCH", $"{name} has changed: its etag is {present}, not {given}. Read it again and retry.");

    /// <summary>A dependency is unavailable; the same call may succeed later.</summary>
    public static Refusal Unavailable(string reason, string message, TimeSpan? retryAfter = null) => new(
        StatusCode.Unavailable, reason, message)
    { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(1) };

    /// <summary>The same refusal for a request nested in another one: field names are prefixed with a path.</summary>
    public Refusal Under(string path) => this with
    {
        Fields = [.. Fields.Select(field => new BadRequest.Types.FieldViolation { Field = $"{path}.{field.Field}", Description = field.Description })],
    };

    /// <summary>The status as sent on the wire.</summary>
    public RpcStatus ToStatus()
    {
        var info = new ErrorInfo { Reason = Reason, Domain = Domain };
        foreach (var (key, value) in Metadata)
            info.Metadata[key] = value;

        var status = new RpcStatus { Code = (int)Code, Message = Shortened(Message) };
        Attach(info);
        if (Fields.Count > 0)
            Attach(new BadRequest { FieldViolations = { Fitting(Fields.Select(Shortened)) } });
        if (Preconditions.Count > 0)
            Attach(new PreconditionFailure { Violations = { Fitting(Preconditions) } });
        if (Resource is not null)
            Attach(Resource);
        if (RetryAfter is { } delay)
            Attach(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) });
        return status;

        void Attach(IMessage detail) => status.Details.Add(Any.Pack(detail));
    }

    /// <summary>The first violations that fit; the message gives their total number.</summary>
    private static IEnumerable<T> Fitting<T>(IEnumerable<T> violations)
        where T : IMessage
    {
        var size = 0;
        return violations.TakeWhile((violation, i) => (size += violation.CalculateSize()) <= MaxDetailsBytes || i == 0);
    }

    private static BadRequest.Types.FieldViolation Shortened(BadRequest.Types.FieldViolation violation) =>
        new() { Field = violation.Field, Description = Shortened(violation.Description) };

    /// <summary>Shortens a text so that it stays within the limit when percent-encoded.</summary>
    private static string Shortened(string text)
    {
        var size = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            size += rune.IsAscii && !Rune.IsControl(rune) && rune.Value != '%' ? 1 : 3 * rune.Utf8SequenceLength;
            if (size > MaxMessageBytes)
                return text[..length] + "…";
            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    /// <summary>The first violations as a sentence. The details contain more; the status must fit into HTTP trailers.</summary>
    private static string Sentence(IReadOnlyList<BadRequest.Types.FieldViolation> fields)
    {
        const int maxListed = 3;
        var words = string.Join(" ", fields.Take(maxListed).Select(field => $"{field.Field} {field.Description}"));
        return fields.Count > maxListed ? $"{words} And {fields.Count - maxListed} more." : words;
    }

    private static ResourceInfo Info(string resourceType, string name) => new() { ResourceType = resourceType, ResourceName = name };
}

/// <summary>Carries a refusal out of a command or query. The error interceptor turns it into a status.</summary>
public sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
