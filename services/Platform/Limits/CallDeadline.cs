using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mining.Platform.Authorization;
using Mining.Platform.Errors;
using Mining.Primitives.Settings;

namespace Mining.Platform.Limits;

/// <summary>
/// Limits the duration of unary calls: <c>Mesh:Limits:DeadlineMilliseconds</c>, default 30 s. It applies if the caller sets no deadline or
/// a later one, so that no call runs forever or for a caller that is gone. Not limited are streams, and the methods that the
/// <see cref="AccessTable"/> exempts: health, deliveries, and calls that process a whole file or log.
/// </summary>
public static class CallDeadline
{
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>Reads the configured limit.</summary>
    /// <exception cref="MisconfiguredException">The value is not a number from 100 to 3 600 000.</exception>
    public static TimeSpan Read(IConfiguration configuration) => configuration["Mesh:Limits:DeadlineMilliseconds"] switch
    {
        null or "" => Default,
        var text when int.TryParse(text, out var milliseconds) && milliseconds is >= 100 and <= 3_600_000 => TimeSpan.FromMilliseconds(milliseconds),
        var text => throw new MisconfiguredException($"Mesh__Limits__DeadlineMilliseconds must be 100 to 3 600 000, but is '{text}'."),
    };

    /// <summary>
    /// Cancels the request before gRPC sees it, so that the call's own cancellation token follows, whatever deadline its caller has set. JSON
    /// calls are limited as well.
    /// </summary>
    public static void UseCallDeadline(this WebApplication app)
    {
        var (limit, time) = (Read(app.Configuration), app.Services.GetRequiredService<TimeProvider>());
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is not { } method || !IsLimited(method))
            {
                await next(context);
                return;
            }

            var aborted = context.RequestAborted;
            using var timer = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, timer.Token);
            context.Features.Set(new CallTimeLimit(limit, timer.Token));
            context.RequestAborted = either.Token;
            try
            {
                await next(context);
            }
            finally
            {
                context.RequestAborted = aborted;
            }
        });
    }

    private static bool IsLimited(IMethod method) => method.Type == MethodType.Unary && AccessTable.HasDeadline(method.FullName);
}
