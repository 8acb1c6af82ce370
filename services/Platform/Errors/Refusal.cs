using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Mining.Platform.Errors;

/// <summary>Why a request is refused: what a caller gets as <c>google.rpc.Status</c>, with an <c>ErrorInfo</c> always.</summary>
/// <param name="Code">The gRPC status code.</param>
/// <param name="Reason">The reason for programs, in UPPER_SNAKE.</param>
/// <param name="Message">The reason for people, a sentence.</param>
public sealed record Refusal(StatusCode Code, string Reason, string Message)
{
    /// <summary>The domain of every <c>ErrorInfo</c> of the mesh.</summary>
    public const string Domain = "mining";

    /// <summary>
    /// How many bytes the violations of a status may have. A status travels in HTTP/2 trailers, once as text and once in
    /// base64, and clients in Java, Python or C++ take no more than 8 KiB of them: a larger error would reach them as another.
    /// </summary>
    public const int MaxDetailsBytes = 3_200;

    /// <summary>How many bytes the message of a status, or the description of a violation, may have as it travels.</summary>
    public const int MaxMessageBytes = 1_000;

    /// <summary>The fields at fault.</summary>
    public IReadOnlyList<BadRequest.Types.FieldViolation> Fields { get; init; } = [];

    /// <summary>The conditions that do not hold.</summary>
    public IReadOnlyList<PreconditionFailure.Types.Violation> Preconditions { get; init; } = [];

    /// <summary>The resource that is meant.</summary>
    public ResourceInfo? Resource { get; init; }

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Anything a program may want to know, such as the position to resume from.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>A single field is at fault.</summary>
    public static Refusal Invalid(string field, string description) => Invalid(
        [new BadRequest.Types.FieldViolation { Field = field, Description = description }]);

    /// <summary>These fields are at fault.</summary>
    public static Refusal Invalid(IReadOnlyList<BadRequest.Types.FieldViolation> fields) => new(
        StatusCode.InvalidArgument,
        "INVALID_FIELDS",
        Sentence(fields))
    {
        Fields = fields,
    };

    /// <summary>There is no such resource.</summary>
    public static Refusal NotFound(string resourceType, string name) => new(
        StatusCode.NotFound, "RESOURCE_NOT_FOUND", $"There is no {name}.")
    { Resource = Info(resourceType, name) };

    /// <summary>The id is taken.</summary>
    public static Refusal AlreadyExists(string resourceType, string name) => new(
        StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS", $"{name} already exists.")
    { Resource = Info(resourceType, name) };

    /// <summary>The state of things does not allow it.</summary>
    public static Refusal Precondition(string reason, string subject, string message) => new(
        StatusCode.FailedPrecondition, reason, message)
    {
        Preconditions = [new PreconditionFailure.Types.Violation { Type = reason, Subject = subject, Description = message }],
    };

    /// <summary>Somebody else changed the resource in between.</summary>
    public static Refusal EtagMismatch(string name, string given, string present) => new(
        StatusCode.Aborted, "ETAG_MISMATCH", $"{name} has changed: its etag is {present}, not {given}. Read it again and retry.");

    /// <summary>Something that is needed cannot be reached; the same call may go through later.</summary>
    public static Refusal Unavailable(string reason, string message, TimeSpan? retryAfter = null) => new(
        StatusCode.Unavailable, reason, message)
    { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(1) };

    /// <summary>The same, of a request that stands within another one: its fields are named under a path.</summary>
    public Refusal Under(string path) => this with
    {
        Fields = [.. Fields.Select(field => new BadRequest.Types.FieldViolation { Field = $"{path}.{field.Field}", Description = field.Description })],
    };

    /// <summary>The status as it goes over the wire.</summary>
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

    /// <summary>The first violations, as many as fit; the message says how many there are.</summary>
    private static IEnumerable<T> Fitting<T>(IEnumerable<T> violations)
        where T : IMessage
    {
        var size = 0;
        return violations.TakeWhile((violation, i) => (size += violation.CalculateSize()) <= MaxDetailsBytes || i == 0);
    }

    private static BadRequest.Types.FieldViolation Shortened(BadRequest.Types.FieldViolation violation) =>
        new() { Field = violation.Field, Description = Shortened(violation.Description) };

    /// <summary>A text that is not larger than a message may be when it is percent-encoded.</summary>
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

    /// <summary>The first violations in words; more of them are in the details, and a status has to fit into HTTP trailers.</summary>
    private static string Sentence(IReadOnlyList<BadRequest.Types.FieldViolation> fields)
    {
        const int inDomainTerms = 3;
        var words = string.Join(" ", fields.Take(inDomainTerms).Select(field => $"{field.Field} {field.Description}"));
        return fields.Count > inDomainTerms ? $"{words} And {fields.Count - inDomainTerms} more." : words;
    }

    private static ResourceInfo Info(string resourceType, string name) => new() { ResourceType = resourceType, ResourceName = name };
}

/// <summary>Carries a refusal out of a command or query; the edge turns it into a status.</summary>
public sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
