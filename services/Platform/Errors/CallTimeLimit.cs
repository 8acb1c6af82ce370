using Grpc.Core;

namespace Mining.Platform.Errors;

/// <summary>This service's own time limit of the call under way, as a feature of its HTTP context.</summary>
/// <param name="Limit">How long the call may take.</param>
/// <param name="Token">Cancelled when it has taken that long.</param>
public sealed record CallTimeLimit(TimeSpan Limit, CancellationToken Token)
{
    /// <summary>What the caller is told.</summary>
    public Refusal Refusal => new(
        StatusCode.DeadlineExceeded,
        "DEADLINE_EXCEEDED",
        $"The call took longer than {Limit.TotalSeconds:0.#} s, the most that this service allows. Ask for less, or retry; retry a write with the same request id, because it may have been done.");

    /// <summary>The limit of a call that has passed it; null: it has not, or has none.</summary>
    public static CallTimeLimit? Passed(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<CallTimeLimit>() is { Token.IsCancellationRequested: true } limit ? limit : null;
}
