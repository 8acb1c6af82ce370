using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Errors;

namespace Mining.Platform.Audit;

/// <summary>
/// Records every refused write of an authenticated caller in the audit trail, wherever the refusal comes from. It runs between the error
/// interceptor and the access check, so that it sees both the caller and every refusal. Accepted writes are recorded in their own
/// transaction.
/// </summary>
public sealed class AuditInterceptor(RefusedWrites? trail = null) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        trail is null || !AccessTable.IsWrite(context.Method)
            ? continuation(request, context)
            : Watch(trail, context, request as IMessage, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        trail is null || !AccessTable.IsWrite(context.Method)
            ? continuation(requestStream, context)
            : Watch(trail, context, request: null, () => continuation(requestStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        trail is null || !AccessTable.IsWrite(context.Method)
            ? continuation(requestStream, responseStream, context)
            : Watch(
                trail,
                context,
                request: null,
                async () =>
                {
                    await continuation(requestStream, responseStream, context);
                    return true;
                });

    private static async Task<T> Watch<T>(RefusedWrites trail, ServerCallContext context, IMessage? request, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RefusedException refused) when (refused.Refusal.Code != StatusCode.DeadlineExceeded)
        {
            // A call that timed out was not refused: the write may have been done, and then it has its own entry.
            if (Caller.Find(context) is { } caller)
                trail.Note(caller, context.Method[(context.Method.LastIndexOf('/') + 1)..], request, refused.Refusal);
            throw;
        }
    }
}
