using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Platform.Audit;

/// <summary>
/// What the audit trail keeps of a refused request: resource names, never values. A name is kept only if it is well-formed, so that nothing
/// else enters the trail in its place.
/// </summary>
public static class RefusedRequest
{
    /// <summary>Maximum stored length of a refusal's message, in characters.</summary>
    public const int MaxMessageLength = 300;

    private static readonly Dictionary<string, ResourceNames> ById = new(StringComparer.Ordinal)
    {
        ["project_id"] = ResourceNames.Projects,
        ["investor_id"] = ResourceNames.Investors,
        ["commitment_id"] = ResourceNames.Commitments,
        ["facility_id"] = ResourceNames.Facilities,
        ["reservation_id"] = ResourceNames.Reservations,
    };

    /// <summary>The request id; empty if it is missing or invalid.</summary>
    public static string RequestIdOf(IMessage request) =>
        Text(request, "request_id") is { Length: <= Command.MaxRequestIdLength } id && !id.Any(char.IsControl) ? id : "";

    /// <summary>Whether the request has <c>validate_only</c> set.</summary>
    public static bool IsValidateOnly(IMessage request) => request.Descriptor.FindFieldByName("validate_only")?.Accessor.GetValue(request) is true;

    /// <summary>
    /// The resource of the request: from its name, from the name of the record in the request, or from the id of the new record.
    /// </summary>
    public static string ResourceOf(IMessage request, Refusal refusal)
    {
        foreach (var field in request.Descriptor.Fields.InDeclarationOrder())
        {
            var name = field.Name switch
            {
                "name" => Text(request, "name"),
                _ when ById.TryGetValue(field.Name, out var names) => Text(request, field.Name) is { Length: > 0 } id ? names.Name(id) : "",
                _ when field is { FieldType: FieldType.Message, IsRepeated: false } && field.Accessor.GetValue(request) is IMessage inner => Text(inner, "name"),
                _ => "",
            };
            if (IsName(name))
                return name;
        }

        return refusal.Resource is { } resource && IsName(resource.ResourceName) ? resource.ResourceName : "";
    }

    /// <summary>
    /// Why the request was refused. Names fields and preconditions without their descriptions, which may repeat amounts of the request.
    /// </summary>
    public static string MessageOf(Refusal refusal)
    {
        var message = refusal switch
        {
            { Fields.Count: > 0 } => $"Invalid fields: {string.Join(", ", refusal.Fields.Select(violation => violation.Field).Distinct())}.",
            { Preconditions.Count: > 0 } =>
                $"Failed preconditions: {string.Join(", ", refusal.Preconditions.Select(violation => $"{violation.Type} of {violation.Subject}").Distinct())}.",
            _ => refusal.Message,
        };
        return AuditRow.Plain(message, MaxMessageLength);
    }

    private static string Text(IMessage message, string field) =>
        message.Descriptor.FindFieldByName(field) is { FieldType: FieldType.String, IsRepeated: false } found ? (string)found.Accessor.GetValue(message) : "";

    /// <summary>Whether a text is a well-formed resource name of any collection.</summary>
    private static bool IsName(string text) =>
        text.IndexOf('/', StringComparison.Ordinal) is > 0 and < 32 and var slash
        && text[..slash].All(char.IsAsciiLetter)
        && new ResourceNames(text[..slash], "").IsName(text);
}
