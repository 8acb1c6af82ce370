using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Primitives.Settings;

namespace Mining.Platform.Limits;

/// <summary>
/// Limits per caller and process, so that no caller crowds out the others: <c>Mesh:Limits:CallsPerSecond</c> (default 2 000, with bursts of
/// twice as many) and <c>Mesh:Limits:Streams</c> (default 200 at a time). Services of the mesh are not limited.
/// </summary>
public sealed class CallLimits : IDisposable
{
    public const int DefaultCallsPerSecond = 2_000;
    public const int DefaultStreams = 200;

    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<Caller> calls;
    private readonly PartitionedRateLimiter<Caller> streams;
    private readonly int mostStreams;

    /// <exception cref="MisconfiguredException">A limit is not a positive number.</exception>
    public CallLimits(IConfiguration configuration)
    {
        var perSecond = Read(configuration, "CallsPerSecond", DefaultCallsPerSecond);
        mostStreams = Read(configuration, "Streams", DefaultStreams);
        calls = PartitionedRateLimiter.Create<Caller, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller.Name, _ => new()
        {
            TokenLimit = perSecond * 2,
            TokensPerPeriod = Math.Max(1, perSecond / (int)(TimeSpan.FromSeconds(1) / Refill)),
            ReplenishmentPeriod = Refill,
        }));
        streams = PartitionedRateLimiter.Create<Caller, string>(caller =>
            RateLimitPartition.GetConcurrencyLimiter(caller.Name, _ => new() { PermitLimit = mostStreams }));
    }

    /// <summary>Counts a call.</summary>
    /// <exception cref="RefusedException">RESOURCE_EXHAUSTED (TOO_MANY_CALLS), with the time to wait.</exception>
    public void Count(Caller caller)
    {
        if (caller.Roles.HasFlag(Roles.Service))
            return;
        using var lease = calls.AttemptAcquire(caller);
        if (lease.IsAcquired)
            return;
        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var delay) && delay > Refill ? delay : Refill;
        throw Exhausted("TOO_MANY_CALLS", $"{caller.Name} exceeds its call rate; retry later.", after);
    }

    /// <summary>Takes a place for a stream. Disposing the result releases it.</summary>
    /// <exception cref="RefusedException">RESOURCE_EXHAUSTED (TOO_MANY_STREAMS).</exception>
    public IDisposable? Open(Caller caller)
    {
        if (caller.Roles.HasFlag(Roles.Service))
            return null;
        var lease = streams.AttemptAcquire(caller);
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        throw Exhausted("TOO_MANY_STREAMS", $"{caller.Name} already has {mostStreams} streams open, the maximum; close one first.", TimeSpan.FromSeconds(1));
    }

    public void Dispose()
    {
        calls.Dispose();
        streams.Dispose();
    }

    private static int Read(IConfiguration configuration, string name, int otherwise) => configuration[$"Mesh:Limits:{name}"] switch
    {
        null or "" => otherwise,
        var text when int.TryParse(text, out var number) && number is > 0 and <= 10_000_000 => number,
        var text => throw new MisconfiguredException($"Mesh__Limits__{name} must be 1 to 10 000 000, but is '{text}'."),
    };

    private static RefusedException Exhausted(string reason, string message, TimeSpan after) =>
        new(new Refusal(StatusCode.ResourceExhausted, reason, message) { RetryAfter = after });
}
