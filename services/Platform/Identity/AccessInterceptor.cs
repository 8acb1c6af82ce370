using Grpc.Core;
using Mining.Platform.Errors;

namespace Mining.Platform.Identity;

/// <summary>
/// Authenticates every call and checks the caller's roles against the <see cref="AccessTable"/>. Ownership is checked by the command, the
/// first place where the record is loaded.
/// </summary>
public sealed class AccessInterceptor(Authenticator authenticator, CallLimits limits) : CallInterceptor
{
    protected override async Task<T> Handle<T>(ServerCallContext context, object? request, bool isStream, Func<Task<T>> call)
    {
        var caller = await Admit(context);
        using var place = isStream && caller is not null ? limits.Open(caller) : null;
        return await call();
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
}
