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

/// <summary>Runs a feature: validates the request, then executes it in a transaction.</summary>
public static class Commands
{
    /// <param name="committer">The committer.</param>
    /// <param name="request">The request.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="check">
    /// Validates the request and returns the work to do in the transaction. A proposal of the command uses the same function.
    /// </param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="RefusedException">INVALID_ARGUMENT with all violations, or the refusal of the command.</exception>
    public static Task<TAnswer> Run<TRequest, TAnswer>(
        this Committer committer,
        TRequest request,
        Caller caller,
        Func<TRequest, Violations, Func<UnitOfWork, Task<TAnswer>>> check,
        CancellationToken cancellation)
        where TRequest : IMessage<TRequest>
        where TAnswer : class, IMessage<TAnswer>, new()
    {
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var decide = check(request, violations);
        violations.ThrowIfAny();
        return committer.Run(command, decide, cancellation);
    }
}
