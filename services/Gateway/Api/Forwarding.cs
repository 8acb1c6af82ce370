using Grpc.Core;
using Mining.Gateway.Follow;
using Mining.Platform.Calls;
using Mining.Platform.Errors;

namespace Mining.Gateway.Api;

/// <summary>How a call goes on to the service that its <c>source</c> names.</summary>
internal static class Forwarding
{
    /// <summary>The service of this name.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT: it is none.</exception>
    public static CallInvoker ToSource(this IServiceCalls services, string source) => PortfolioFollower.Services.Contains(source)
        ? services.To(source)
        : throw new RefusedException(Refusal.Invalid("source", $"must be one of: {string.Join(", ", PortfolioFollower.Services)}."));

    /// <summary>The caller's token, deadline and cancellation go along.</summary>
    public static CallOptions Onward(this ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key is "authorization"))
            headers.Add(entry);
        return new CallOptions(headers, context.Deadline == DateTime.MaxValue ? null : context.Deadline, context.CancellationToken);
    }
}
