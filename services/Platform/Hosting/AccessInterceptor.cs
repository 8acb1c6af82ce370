using Grpc.Core;
using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Errors;
using Mining.Platform.Limits;

namespace Mining.Platform.Hosting;

/// <summary>
/// Authenticates every call, counts it against the caller's limits, and checks the caller's roles against the <see cref="AccessTable"/>.
/// Ownership is checked by the command, the first place where the record is loaded.
/// </summary>
public sealed class AccessInterceptor(Authenticator authenticator, CallLimits limits) : CallInterceptor
{
    protected override async Task<T> Handle<T>(ServerCallContext context, object? request, bool isStream, Func<Task<T>> call)
    {
        var caller = await Admit(context);
        using var place = isStream && caller is not null ? limits.Open(caller) : null;
        return await call();
    }

    /// <summary>The caller; null if the method needs no token.</summary>
    private async ValueTask<Caller?> Admit(ServerCallContext context)
    {
        if (!AccessTable.NeedsToken(context.Method))
            return null;
        var caller = await authenticator.Authenticate(context.GetHttpContext());
        caller.Enter(context); // before the checks, so that refusals below are recorded with the caller's name
        limits.Count(caller);
        AccessTable.Authorise(context.Method, caller);
        return caller;
    }
}
