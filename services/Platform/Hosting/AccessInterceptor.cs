using Grpc.Core;
using Grpc.Core.Interceptors;
using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Limits;

namespace Mining.Platform.Hosting;

/// <summary>
/// Authenticates every call, counts it against the caller's limits, and checks the caller's roles against the <see cref="AccessTable"/>.
/// Ownership is checked by the command, the first place where the record is loaded.
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

    private async ValueTask<IDisposable?> AdmitStream(ServerCallContext context) => await Admit(context) is { } caller ? limits.Open(caller) : null;
}
