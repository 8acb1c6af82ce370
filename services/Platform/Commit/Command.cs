using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using System.Security.Cryptography;
using Google.Protobuf;

namespace Mining.Platform.Commit;

/// <summary>What every command carries: caller, method, request id and whether it only validates.</summary>
/// <param name="Caller">The caller.</param>
/// <param name="Method">The method, for example <c>ChangeStage</c>.</param>
/// <param name="RequestId">The caller's request id; empty if the command is not idempotent.</param>
/// <param name="Fingerprint">SHA-256 of the request. The same request id with a different fingerprint is refused.</param>
/// <param name="ValidateOnly">Whether to return the result without changing anything.</param>
public sealed record Command(Caller Caller, string Method, string RequestId, byte[] Fingerprint, bool ValidateOnly)
{
    public const int MaxRequestIdLength = 128;

    /// <summary>Reads the common fields of a request message. Adds a violation if the request id is too long.</summary>
    public static Command From(IMessage request, Caller caller, Violations violations)
    {
        var requestId = Field<string>(request, "request_id") ?? "";
        violations.CheckText("request_id", requestId, MaxRequestIdLength);
        const string suffix = "Request";
        var method = request.Descriptor.Name;
        return new Command(
            caller,
            method.EndsWith(suffix, StringComparison.Ordinal) ? method[..^suffix.Length] : method,
            requestId,
            requestId.Length > 0 ? SHA256.HashData(request.ToByteArray()) : [],
            Field<bool>(request, "validate_only"));
    }

    /// <summary>A command of the service itself, for example to apply its configuration at startup.</summary>
    public static Command OfService(string service, string method) => new(new Caller($"service:{service}"), method, "", [], ValidateOnly: false);

    private static T? Field<T>(IMessage request, string name) =>
        request.Descriptor.FindFieldByName(name)?.Accessor.GetValue(request) is T value ? value : default;
}
