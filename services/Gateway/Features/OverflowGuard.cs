using Mining.Platform.Errors;

namespace Mining.Gateway.Features;

/// <summary>
/// Refuses responses whose sums exceed the range of their fields. No real portfolio reaches such amounts, but an erroneous import
/// may.
/// </summary>
internal static class OverflowGuard
{
    public static T Answer<T>(Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (OverflowException exception)
        {
            throw new RefusedException(Refusal.Precondition(
                "FIGURE_TOO_LARGE", "portfolio", $"A figure exceeds the supported range. {exception.Message}"));
        }
    }
}
