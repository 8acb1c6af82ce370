using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mining.Platform.Errors;
using Mining.Platform.Hosting;

namespace Mining.Platform.Identity;

/// <summary>
/// How long a unary call may take: <c>Mesh:Limits:DeadlineMilliseconds</c>, default 30 s. A call without a deadline, or with a later one,
/// is cancelled then, so that no caller waits for ever and nothing is computed for a caller that has gone. Streams, health, deliveries and
/// calls that work through a whole file or log (<see cref="Exempt"/>) have no limit.
/// </summary>
public static class CallDeadline
{
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>Name prefixes of methods without a limit.</summary>
    public static readonly IReadOnlyList<string> Exempt = ["Import", "Batch", "Verify"];

    /// <summary>The limit that is configured.</summary>
    /// <exception cref="MisconfiguredException">It is no number from 100 to 3 600 000.</exception>
    public static TimeSpan Read(IConfiguration configuration) => configuration["Mesh:Limits:DeadlineMilliseconds"] switch
    {
        null or "" => Default,
        var text when int.TryParse(text, out var milliseconds) && milliseconds is >= 100 and <= 3_600_000 => TimeSpan.FromMilliseconds(milliseconds),
        var text => throw new MisconfiguredException($"Mesh__Limits__DeadlineMilliseconds must be 100 to 3 600 000, but is '{text}'."),
    };

    /// <summary>
    /// Cancels the request itself, before gRPC sees it: the call's own cancellation token follows, whatever deadline its caller has set,
    /// also of a call in JSON.
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

    private static bool IsLimited(IMethod method) => method.Type == MethodType.Unary
        && !AccessTable.IsOpen(method.FullName)
        && !Exempt.Any(exempt => method.Name.StartsWith(exempt, StringComparison.Ordinal));
}
