using Google.Protobuf;
using Grpc.Core;
using Mining.Platform.Errors;
using Mining.Platform.Identity;

namespace Mining.Platform.Audit;

/// <summary>
/// Notes every write of a known caller that is refused, by whatever refuses it. It stands between the edge and the table of access, so
/// that it sees both the caller and each refusal. Accepted writes are noted in their own transaction.
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
