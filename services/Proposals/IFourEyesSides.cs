using Mining.Platform.Errors;

namespace Mining.Proposals;

/// <summary>Knows the sides that decide with four eyes.</summary>
public interface IFourEyesSides
{
    /// <summary>Reads the sides that decide with four eyes in any partnership.</summary>
    /// <exception cref="RefusedException">UNAVAILABLE if this cannot be determined.</exception>
    Task<IReadOnlySet<string>> Read(CancellationToken cancellation);
}
