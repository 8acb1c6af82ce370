using Mining.Common.V1;

namespace Mining.Simulation.Model.Reading;

/// <summary>Ids, texts, enum values and sources.</summary>
internal static class Texts
{
    /// <summary>1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit.</summary>
    public static bool IsId(string text) =>
        text.Length is >= 1 and <= 63 && text[0] != '-' && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    public static bool HasLength(string text, int least, int most) => text.Length >= least && text.Length <= most;

    public static bool IsKnown<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value);

    public static bool IsStated<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) && !value.Equals(default(T));

    public static bool EachOnce<T>(IEnumerable<T> values)
    {
        var all = values.ToList();
        return all.Distinct().Count() == all.Count;
    }

    public static bool AreSources(IReadOnlyCollection<Source> sources) =>
        sources.Count <= 50 && sources.All(source => HasLength(source.Citation, 1, 2_000) && IsKnown(source.Confidence));
}
