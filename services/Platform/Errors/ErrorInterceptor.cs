using System.Data.Common;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Mining.Platform.Storage;

namespace Mining.Platform.Errors;

/// <summary>
/// The edge: turns whatever a call throws into a status that a caller can act on. Refusals keep their details; a storage
/// that cannot serve is UNAVAILABLE; anything unforeseen is INTERNAL with an incident id and without its inner life.
/// </summary>
public sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log, Database? database = null) : Interceptor
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
            // The caller went away between two messages: the stream says so in these ways when the next one is written.
            throw ToRpcException(new OperationCanceledException(left.Message, left), context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context);
        }
    }

    private RpcException ToRpcException(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case RefusedException refused:
                return refused.Refusal.ToStatus().ToRpcException();
            case RpcException { StatusCode: not (StatusCode.Unknown or StatusCode.Internal) } status:
                return status;
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return context.Deadline <= DateTime.MaxValue.AddDays(-1)
                    ? Ended(StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", "The caller's deadline passed.")
                    : Ended(StatusCode.Cancelled, "CALL_CANCELLED", "The caller cancelled the call.");
            case DbException storage:
                log.LogError(storage, "{Method}: the storage cannot serve. {Advice}", context.Method, database?.Advice(storage));
                return Refusal.Unavailable("STORAGE_UNAVAILABLE", "The service's storage cannot serve now; nothing was changed.")
                    .ToStatus().ToRpcException();
            default:
                var incident = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
                log.LogError(exception, "{Method}: unforeseen error, incident {Incident}", context.Method, incident);
                return Ended(StatusCode.Internal, "UNFORESEEN", $"An unforeseen error; its trace is in the service's log under incident {incident}.");
        }

        static RpcException Ended(StatusCode code, string reason, string message) =>
            new Refusal(code, reason, message).ToStatus().ToRpcException();
    }
}
