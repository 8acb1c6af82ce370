using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Mining.Platform.Errors;

/// <summary>
/// An interceptor that handles calls of all four kinds in one place. gRPC has a method for each kind, and one that is not overridden lets
/// its calls pass unseen.
/// </summary>
public abstract class CallInterceptor : Interceptor
{
    /// <summary>Runs a call.</summary>
    /// <param name="context">The call.</param>
    /// <param name="request">Its message. Null: the caller sends a stream.</param>
    /// <param name="isStream">Whether either side sends a stream.</param>
    /// <param name="call">The rest of the call. A stream of answers returns nothing of use.</param>
    protected abstract Task<T> Handle<T>(ServerCallContext context, object? request, bool isStream, Func<Task<T>> call);

    public sealed override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Handle(context, request, isStream: false, () => continuation(request, context));

    public sealed override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        Handle(context, request: null, isStream: true, () => continuation(requestStream, context));

    public sealed override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Handle(context, request, isStream: true, () => WithoutResult(continuation(request, responseStream, context)));

    public sealed override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Handle(context, request: null, isStream: true, () => WithoutResult(continuation(requestStream, responseStream, context)));

    private static async Task<bool> WithoutResult(Task call)
    {
        await call;
        return true;
    }
}
