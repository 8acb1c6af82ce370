using Mining.Platform.Identity;
using System.Security.Cryptography;
using Google.Protobuf;
using Mining.Platform.Errors;

namespace Mining.Platform.Commit;

/// <summary>What every command carries, whatever it does: who, which method, its request id, and whether it is only asked.</summary>
/// <param name="Caller">Who calls.</param>
/// <param name="Method">The method, for example <c>ChangeStage</c>.</param>
/// <param name="RequestId">The caller's request id; empty when the command cannot be repeated.</param>
/// <param name="Fingerprint">SHA-256 of the request: the same id with another one is refused.</param>
/// <param name="ValidateOnly">Answer what would have been, change nothing.</param>
public sealed record Command(Caller Caller, string Method, string RequestId, byte[] Fingerprint, bool ValidateOnly)
{
    public const int MaxRequestIdLength = 128;

    /// <summary>Reads the common fields of a request message; a violation when its request id is too long.</summary>
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

    /// <summary>A command of the service itself, such as what its configuration says at start.</summary>
    public static Command OfService(string service, string method) => new(new Caller($"service:{service}"), method, "", [], ValidateOnly: false);

    private static T? Field<T>(IMessage request, string name) =>
        request.Descriptor.FindFieldByName(name)?.Accessor.GetValue(request) is T value ? value : default;
}

/// <summary>How a feature runs: the form of the request is checked, then it is decided on in a transaction.</summary>
public static class Commands
{
    /// <param name="committer">The one way to write.</param>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="check">Checks the request's form, and gives what is done in the transaction. The same that a proposal of it does.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="RefusedException">INVALID_ARGUMENT with all violations, or what the decision refuses.</exception>
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
