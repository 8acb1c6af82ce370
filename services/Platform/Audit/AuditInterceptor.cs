using Google.Protobuf;
using Grpc.Core;
using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Errors;

namespace Mining.Platform.Audit;

/// <summary>
/// Records every refused write of an authenticated caller in the audit trail, wherever the refusal comes from. It runs between the error
/// interceptor and the access check, so that it sees both the caller and every refusal. Accepted writes are recorded in their own
/// transaction.
/// </summary>
public sealed class AuditInterceptor(RefusedWrites? trail = null) : CallInterceptor
{
    protected override async Task<T> Handle<T>(ServerCallContext context, object? request, bool isStream, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RefusedException refused) when (trail is not null && AccessTable.IsWrite(context.Method))
        {
            if (Caller.Find(context) is { } caller)
                trail.Note(caller, context.Method[(context.Method.LastIndexOf('/') + 1)..], request as IMessage, refused.Refusal);
            throw;
        }
    }
}
