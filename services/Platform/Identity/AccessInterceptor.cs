using Grpc.Core;
using Grpc.Core.Interceptors;
using Mining.Platform.Errors;

namespace Mining.Platform.Identity;

/// <summary>
/// Authenticates every call and checks the caller's roles against the <see cref="AccessTable"/>. Ownership is checked by the command, the
/// first place where the record is loaded.
/// </summary>
public sealed class AccessInterceptor(Authenticator authenticator, CallLimits limits) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await Admit(context);
        return await continuation(request, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var place = await AdmitStream(context);
        await continuation(request, responseStream, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var place = await AdmitStream(context);
        return await continuation(requestStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var place = await AdmitStream(context);
        await continuation(requestStream, responseStream, context);
    }

    /// <summary>Refuses unless the roles may call the method.</summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (ROLE_NOT_ALLOWED, SIDE_REQUIRED).</exception>
    public static void Authorise(string method, Caller caller)
    {
        var access = AccessTable.Of(method)?.Of(caller.Roles) ?? Access.Denied;
        if (access == Access.Denied)
        {
            throw new RefusedException(new Refusal(
                StatusCode.PermissionDenied,
                "ROLE_NOT_ALLOWED",
                $"{caller.Name} may not call {NameOf(method)}: its roles ({DisplayText(caller.Roles)}) do not allow it."));
        }

        if (access != Access.Allowed && caller.Sides.Count == 0)
        {
            throw new RefusedException(new Refusal(
                StatusCode.PermissionDenied, "SIDE_REQUIRED", $"{caller.Name} may not call {NameOf(method)}: its token names no side that its issuer may speak for."));
        }
    }

    private static string NameOf(string method) => method[(method.LastIndexOf('/') + 1)..];

    private static string DisplayText(Roles roles) => roles == Roles.None ? "none" : roles.ToString().ToLowerInvariant();

    /// <summary>The caller; null if the method needs no token.</summary>
    private async ValueTask<Caller?> Admit(ServerCallContext context)
    {
        if (AccessTable.IsOpen(context.Method))
            return null;
        var caller = await authenticator.Authenticate(context.GetHttpContext());
        caller.Enter(context); // before the checks, so that refusals below are recorded with the caller's name
        limits.Count(caller);
        Authorise(context.Method, caller);
        return caller;
    }

    private async ValueTask<IDisposable?> AdmitStream(ServerCallContext context) => await Admit(context) is { } caller ? limits.Open(caller) : null;
}
