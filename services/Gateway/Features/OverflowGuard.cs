using Mining.Platform.Errors;

namespace Mining.Gateway.Features;

/// <summary>
/// The edge of an answer: amounts whose sum no longer fits into the figures of an answer are refused as such. No economy reaches
/// them, but a mistaken import may.
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
                "FIGURE_TOO_LARGE", "portfolio", $"A figure is too large to be given. {exception.Message}"));
        }
    }
}
