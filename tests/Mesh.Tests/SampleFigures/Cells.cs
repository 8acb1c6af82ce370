using System.Globalization;
using System.Numerics;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>A set of figures as text by path, so that two computations can be compared cell by cell.</summary>
internal sealed class Cells
{
    private readonly SortedDictionary<string, string> cells = new(StringComparer.Ordinal);

    public int Count => cells.Count;

    public string this[string path] => cells[path];

    public void Add(string path, string value) => cells.Add(path, value);

    public void Add(string path, long value) => cells.Add(path, value.ToString(CultureInfo.InvariantCulture));

    public void Add(string path, bool value) => cells.Add(path, value ? "yes" : "no");

    public void Add(string path, BigInteger minorUnits, string currency) => cells.Add(path, Money(minorUnits, currency));

    /// <summary>The first cell that differs, with both values, and how many do; null when there is none.</summary>
    public string? DifferenceTo(Cells answered)
    {
        var different = cells.Keys.Union(answered.cells.Keys)
            .Where(path => cells.GetValueOrDefault(path) != answered.cells.GetValueOrDefault(path))
            .Order(StringComparer.Ordinal).ToList();
        return different.Count == 0
            ? null
            : $"{different.Count} of {cells.Count} cells differ; the first is {different[0]}: computed from the files "
                + $"{cells.GetValueOrDefault(different[0]) ?? "nothing"}, answered {answered.cells.GetValueOrDefault(different[0]) ?? "nothing"}";
    }

    public static string Money(BigInteger minorUnits, string currency)
    {
        var decimals = World.Decimals(currency);
        var digits = BigInteger.Abs(minorUnits).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var text = decimals == 0 ? digits : $"{digits[..^decimals]}.{digits[^decimals..]}";
        return $"{currency} {(minorUnits.Sign < 0 ? "-" : "")}{text}";
    }
}
