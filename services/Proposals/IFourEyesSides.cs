using Mining.Platform.Errors;

namespace Mining.Proposals;

/// <summary>Knows the sides that require two approvers (four eyes).</summary>
public interface IFourEyesSides
{
    /// <summary>Reads the sides that require two approvers (four eyes) in any partnership.</summary>
    /// <exception cref="RefusedException">UNAVAILABLE if this cannot be determined.</exception>
    Task<IReadOnlySet<string>> Read(CancellationToken cancellation);
}
