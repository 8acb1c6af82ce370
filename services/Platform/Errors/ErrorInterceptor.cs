using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Mining.Platform.Errors;

/// <summary>Turns every exception of a call into a status that the caller can act on, as mapped by <see cref="ExceptionMapper"/>.</summary>
public sealed class ErrorInterceptor(ExceptionMapper edge) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context);
        }
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Stream(() => continuation(request, responseStream, context), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Stream(() => continuation(requestStream, responseStream, context), context);

    private async Task Stream(Func<Task> continuation, ServerCallContext context)
    {
        try
        {
            await continuation();
        }
        catch (Exception left) when ((left is IOException or InvalidOperationException) && context.CancellationToken.IsCancellationRequested)
        {
            // If the caller disconnects between two messages, the next write fails with one of these exceptions.
            throw ToRpcException(new OperationCanceledException(left.Message, left), context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context);
        }
    }

    private RpcException ToRpcException(Exception exception, ServerCallContext context) => exception switch
    {
        RpcException { StatusCode: not (StatusCode.Unknown or StatusCode.Internal) } status => status,
        OperationCanceledException when context.CancellationToken.IsCancellationRequested => Status(
            context.Deadline <= DateTime.MaxValue.AddDays(-1)
                ? new Refusal(StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", "The caller's deadline passed.")
                : new Refusal(StatusCode.Cancelled, "CALL_CANCELLED", "The caller cancelled the call.")),
        _ => Status(edge.Tell(exception, context.Method)),
    };

    private static RpcException Status(Refusal refusal) => refusal.ToStatus().ToRpcException();
}
