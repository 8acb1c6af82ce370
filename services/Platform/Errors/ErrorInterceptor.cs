using Grpc.Core;

namespace Mining.Platform.Errors;

/// <summary>Turns whatever a call throws into a status that a caller can act on, as <see cref="ExceptionMapper"/> tells it.</summary>
public sealed class ErrorInterceptor(ExceptionMapper edge) : CallInterceptor
{
    protected override async Task<T> Handle<T>(ServerCallContext context, object? request, bool isStream, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context, isStream);
        }
    }

    private RpcException ToRpcException(Exception exception, ServerCallContext context, bool isStream)
    {
        var isCancelled = context.CancellationToken.IsCancellationRequested;
        return exception switch
        {
            OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded }
                when isCancelled && CallTimeLimit.Passed(context) is { } limit => Status(limit.Refusal),
            RpcException { StatusCode: not (StatusCode.Unknown or StatusCode.Internal) } status => status,
            OperationCanceledException when isCancelled => Left(context),
            // A stream throws these when a message is written to a caller that has gone.
            IOException or InvalidOperationException when isCancelled && isStream => Left(context),
            _ => Status(edge.Tell(exception, context.Method)),
        };
    }

    private static RpcException Left(ServerCallContext context) => Status(
        context.Deadline <= DateTime.MaxValue.AddDays(-1)
            ? new Refusal(StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", "The caller's deadline passed.")
            : new Refusal(StatusCode.Cancelled, "CALL_CANCELLED", "The caller cancelled the call."));

    private static RpcException Status(Refusal refusal) => refusal.ToStatus().ToRpcException();
}
