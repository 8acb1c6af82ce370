using Google.Rpc;
using Grpc.Core;

namespace Mining.Cli.Shell;

/// <summary>Formats a server's error status as text: the message, and every violation.</summary>
public static class ServerRefusal
{
    /// <summary>The exit code for a status.</summary>
    public static int ExitCodeOf(RpcException exception) =>
        exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded ? ExitCode.Unreachable : ExitCode.ServerRefused;

    /// <summary>The lines to print; the first one states the error.</summary>
    public static IEnumerable<string> Lines(RpcException exception, Uri address)
    {
        var status = exception.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        yield return Headline(exception, address, status?.Message is { Length: > 0 } message ? message : exception.Status.Detail, info);
        foreach (var violation in status?.GetDetail<BadRequest>()?.FieldViolations ?? [])
            yield return $"  - {Prefix(violation.Field)}{violation.Description}";
        foreach (var violation in status?.GetDetail<PreconditionFailure>()?.Violations ?? [])
            yield return $"  - {Prefix(violation.Subject)}{violation.Description}{InBrackets(violation.Type)}";
        if (status?.GetDetail<ResourceInfo>() is { ResourceName.Length: > 0 } resource)
            yield return $"  - {resource.ResourceName}{(resource.Description.Length > 0 ? ": " + resource.Description : "")}";
    }

    private static string Headline(RpcException exception, Uri address, string message, ErrorInfo? info) => exception.StatusCode switch
    {
        // A status without ErrorInfo comes from the connection, not from the server.
        StatusCode.Unavailable when info is null =>
            $"Cannot reach {address}: {Sentence(Cause(exception, message))} " +
            "Is the mesh running? Set its address with --address or --port-base.",
        StatusCode.Unavailable => $"The server is temporarily unavailable: {Sentence(message)}{Reason(exception, info)} Retry later.",
        StatusCode.DeadlineExceeded => $"The server at {address} did not respond within {Gateway.CallDeadline.TotalSeconds:0} seconds.",
        _ => $"The server refused the request: {Sentence(message)}{Reason(exception, info)}",
    };

    /// <summary>The innermost message, because "Connection refused" is clearer than "Error connecting to subchannel".</summary>
    private static string Cause(RpcException exception, string message)
    {
        var cause = exception.Status.DebugException;
        while (cause?.InnerException is { } inner)
            cause = inner;
        return cause?.Message ?? message;
    }

    private static string Reason(RpcException exception, ErrorInfo? info) =>
        $" ({exception.StatusCode}{(info is { Reason.Length: > 0 } ? ", " + info.Reason : "")})";

    private static string Prefix(string subject) => subject.Length > 0 ? subject + ": " : "";

    private static string InBrackets(string type) => type.Length > 0 ? $" ({type})" : "";

    private static string Sentence(string text)
    {
        text = text.Trim();
        return text.Length == 0 ? "no reason given." : text[^1] is '.' or '!' or '?' ? text : text + ".";
    }
}
