using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Configuration;
using Mining.Platform.Authorization;
using Mining.Platform.Errors;
using Mining.Primitives.Settings;

namespace Mining.Platform.Limits;

/// <summary>
/// Limits the duration of unary calls: <c>Mesh:Limits:DeadlineMilliseconds</c>, default 30 s. It applies if the caller sets no deadline or
/// a later one, so that no call runs forever or for a caller that is gone. Not limited are streams, and the methods that the
/// <see cref="AccessTable"/> exempts: health, deliveries, and calls that process a whole file or log.
/// </summary>
public sealed class CallDeadline(IConfiguration configuration, TimeProvider time) : Interceptor
{
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    private const string HttpContextKey = "__HttpContext";

    private readonly TimeSpan limit = Read(configuration);

    /// <summary>Reads the configured limit.</summary>
    /// <exception cref="MisconfiguredException">The value is not a number from 100 to 3 600 000.</exception>
    public static TimeSpan Read(IConfiguration configuration) => configuration["Mesh:Limits:DeadlineMilliseconds"] switch
    {
        null or "" => Default,
        var text when int.TryParse(text, out var milliseconds) && milliseconds is >= 100 and <= 3_600_000 => TimeSpan.FromMilliseconds(milliseconds),
        var text => throw new MisconfiguredException($"Mesh__Limits__DeadlineMilliseconds must be 100 to 3 600 000, but is '{text}'."),
    };

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        !AccessTable.HasDeadline(context.Method) || context.Deadline <= time.GetUtcNow().UtcDateTime + limit
            ? continuation(request, context)
            : Within(request, context, continuation);

    private async Task<TResponse> Within<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        // The framework reads it from here for a call context that is not its own.
        context.UserState[HttpContextKey] = context.GetHttpContext();
        using var bounded = new BoundedCall(context, limit, time);
        try
        {
            return await continuation(request, bounded);
        }
        catch (Exception exception) when (bounded.IsOver && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded })
        {
            throw new RefusedException(new Refusal(
                StatusCode.DeadlineExceeded,
                "DEADLINE_EXCEEDED",
                $"The call exceeded this service's time limit of {limit.TotalSeconds:0.#} s. Ask for less, or retry. A write may have taken effect: retry it with the same request id."));
        }
    }

    /// <summary>
    /// A call with the service's deadline. Its timer starts when its cancellation token is first requested, at the start of the handler.
    /// </summary>
    private sealed class BoundedCall(ServerCallContext inner, TimeSpan limit, TimeProvider time) : ServerCallContext, IDisposable
    {
        private CancellationTokenSource? timer;
        private CancellationTokenSource? both;

        /// <summary>Whether the service's deadline has passed, as opposed to a cancellation by the caller.</summary>
        public bool IsOver => timer is { IsCancellationRequested: true } && !inner.CancellationToken.IsCancellationRequested;

        public void Dispose()
        {
            both?.Dispose();
            timer?.Dispose();
        }

        protected override string MethodCore => inner.Method;

        protected override string HostCore => inner.Host;

        protected override string PeerCore => inner.Peer;

        protected override DateTime DeadlineCore { get; } = time.GetUtcNow().UtcDateTime + limit;

        protected override Metadata RequestHeadersCore => inner.RequestHeaders;

        protected override CancellationToken CancellationTokenCore
        {
            get
            {
                if (both is null)
                {
                    timer = new CancellationTokenSource(limit, time);
                    both = CancellationTokenSource.CreateLinkedTokenSource(inner.CancellationToken, timer.Token);
                }

                return both.Token;
            }
        }

        protected override Metadata ResponseTrailersCore => inner.ResponseTrailers;

        protected override Status StatusCore
        {
            get => inner.Status;
            set => inner.Status = value;
        }

        protected override WriteOptions? WriteOptionsCore
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        protected override AuthContext AuthContextCore => inner.AuthContext;

        protected override IDictionary<object, object> UserStateCore => inner.UserState;

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => inner.CreatePropagationToken(options);

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => inner.WriteResponseHeadersAsync(responseHeaders);
    }
}
