using Mining.Portfolio.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// What one component says of a project: a score from 0 to 100 where it has one, and why. The reason is put into words when it is
/// shown, of what is then looked at again: a summary judges every project and shows five.
/// </summary>
internal readonly record struct ComponentResult(HealthComponentState State, decimal Score, Func<HealthSubject, string> Reason)
{
    public bool IsScored => State == HealthComponentState.Scored;

    /// <param name="part">How good it is, from 0 to 1; what lies beyond counts as the end.</param>
    /// <param name="reason">Why, with the figures.</param>
    public static ComponentResult Scored(decimal part, Func<HealthSubject, string> reason) =>
        new(HealthComponentState.Scored, 100 * Math.Clamp(part, 0, 1), reason);

    /// <summary>It does not apply to such a project.</summary>
    public static ComponentResult NotApplicable(Func<HealthSubject, string> reason) => new(HealthComponentState.NotApplicable, 0, reason);

    /// <summary>It would apply, but what it needs is not known: never counted as good.</summary>
    public static ComponentResult Unknown(Func<HealthSubject, string> reason) => new(HealthComponentState.Unknown, 0, reason);
}
