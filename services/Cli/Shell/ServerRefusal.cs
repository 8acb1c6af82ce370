using Google.Rpc;
using Grpc.Core;

namespace Mining.Cli.Shell;

/// <summary>Turns a server's status into sentences: the message, and every violation it names.</summary>
public static class ServerRefusal
{
    /// <summary>The exit code that a status stands for.</summary>
    public static int ExitCodeOf(RpcException exception) =>
        exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded ? ExitCode.Unreachable : ExitCode.ServerRefused;

    /// <summary>The lines to print, the first one saying what happened.</summary>
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
            yield return $"  - about {resource.ResourceName}{(resource.Description.Length > 0 ? ": " + resource.Description : "")}";
    }

    private static string Headline(RpcException exception, Uri address, string message, ErrorInfo? info) => exception.StatusCode switch
    {
        // Without an ErrorInfo it was not the server that spoke, but the connection.
        StatusCode.Unavailable when info is null =>
            $"Nothing answers at {address}: {Sentence(Cause(exception, message))} " +
            "Is the mesh running there? --address or --port-base says where it is.",
        StatusCode.Unavailable => $"The server cannot answer now: {Sentence(message)}{Reason(exception, info)} Try again in a moment.",
        StatusCode.DeadlineExceeded => $"The server at {address} did not answer within {Gateway.CallDeadline.TotalSeconds:0} seconds.",
        _ => $"The server refused the request: {Sentence(message)}{Reason(exception, info)}",
    };

    /// <summary>The innermost message: "Connection refused" says more than "Error connecting to subchannel".</summary>
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
        return text.Length == 0 ? "it gives no reason." : text[^1] is '.' or '!' or '?' ? text : text + ".";
    }
}
