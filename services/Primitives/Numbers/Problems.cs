using System.Globalization;

namespace Mining.Primitives.Numbers;

/// <summary>Collects the problems of a value as sentences, so that all are reported at once.</summary>
internal static class Problems
{
    /// <summary>Appends a sentence.</summary>
    public static void Add(ref string problem, string sentence) => problem = problem.Length == 0 ? sentence : $"{problem} {sentence}";

    /// <summary>Number format for people: thousands separated by spaces, and a decimal point.</summary>
    public static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " " };
}
