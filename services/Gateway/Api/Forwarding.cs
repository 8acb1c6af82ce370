using Grpc.Core;
using Mining.Gateway.Follow;
using Mining.Platform.Calls;
using Mining.Platform.Errors;

namespace Mining.Gateway.Api;

/// <summary>Forwards calls to the service named by their <c>source</c>.</summary>
internal static class Forwarding
{
    /// <summary>The invoker for a service.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT: the source is not a service.</exception>
    public static CallInvoker ToSource(this IServiceCalls services, string source) => PortfolioFollower.Services.Contains(source)
        ? services.To(source)
        : throw new RefusedException(Refusal.Invalid("source", $"must be one of: {string.Join(", ", PortfolioFollower.Services)}."));

    /// <summary>Call options with the caller's token, deadline and cancellation.</summary>
    public static CallOptions Onward(this ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key is "authorization"))
            headers.Add(entry);
        return new CallOptions(headers, context.Deadline == DateTime.MaxValue ? null : context.Deadline, context.CancellationToken);
    }
}
