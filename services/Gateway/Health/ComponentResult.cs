using Mining.Portfolio.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// The result of one health component: its score from 0 to 100, if it has one, and the reason. The reason is formatted only when it is
/// shown, by evaluating the subject again, because a summary evaluates every project but shows five.
/// </summary>
internal readonly record struct ComponentResult(HealthComponentState State, decimal Score, Func<HealthSubject, string> Reason)
{
    public bool IsScored => State == HealthComponentState.Scored;

    /// <param name="part">The quality from 0 to 1; clamped to this range.</param>
    /// <param name="reason">The reason, with the figures.</param>
    public static ComponentResult Scored(decimal part, Func<HealthSubject, string> reason) =>
        new(HealthComponentState.Scored, 100 * Math.Clamp(part, 0, 1), reason);

    /// <summary>The component does not apply to this project.</summary>
    public static ComponentResult NotApplicable(Func<HealthSubject, string> reason) => new(HealthComponentState.NotApplicable, 0, reason);

    /// <summary>The component applies, but its data is unknown. Unknown is never counted as good.</summary>
    public static ComponentResult Unknown(Func<HealthSubject, string> reason) => new(HealthComponentState.Unknown, 0, reason);
}
