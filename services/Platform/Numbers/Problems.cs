using System.Globalization;

namespace Mining.Platform.Numbers;

/// <summary>Collects what is wrong with a value, sentence by sentence, so that all of it is named at once.</summary>
internal static class Problems
{
    /// <summary>Adds a sentence behind those already found.</summary>
    public static void Add(ref string problem, string sentence) => problem = problem.Length == 0 ? sentence : $"{problem} {sentence}";

    /// <summary>How numbers are shown to people: thousands apart, a decimal point.</summary>
    public static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " " };
}
