using Mining.Primitives.Catalogues;
using WireDecimal = Google.Type.Decimal;

namespace Mining.Primitives.Numbers;

/// <summary>
/// Metric tonnes, exact to the kilogram. Input is never negative, but a difference may be. Sums and differences beyond 64 bits throw <see
/// cref="OverflowException"/>.
/// </summary>
public readonly record struct Tonnage(long Kilograms) : IComparable<Tonnage>
{
    /// <summary>Maximum input. Far above any real value: the world's yearly bauxite production is less than half of it.</summary>
    public const long MaxTonnes = 1_000_000_000;

    private const int KilogramsPerTonne = 1_000;

    /// <summary>The exact value in tonnes.</summary>
    public decimal Tonnes => (decimal)Kilograms / KilogramsPerTonne;

    /// <summary>
    /// Reads tonnes from a <c>google.type.Decimal</c>, in plain or exponent form. Reports all problems at once: a negative number, more
    /// than 3 decimals, or more than 1 000 000 000 t.
    /// </summary>
    public static bool TryRead(WireDecimal? value, out Tonnage tonnage, out string problem)
    {
        tonnage = default;
        return DecimalText.TryRead(value, out var tonnes, out problem) && TryFrom(tonnes, value!.Value, out tonnage, out problem);
    }

    /// <summary>Like <see cref="TryRead"/>, from a text, ignoring surrounding spaces. An empty text is refused.</summary>
    public static bool TryParse(string? text, out Tonnage tonnage, out string problem)
    {
        tonnage = default;
        return DecimalText.TryParse(text?.Trim(), out var tonnes, out problem) && TryFrom(tonnes, text, out tonnage, out problem);
    }

    /// <summary>Converts to the wire type, in the shortest form: <c>1500</c>, <c>3.5</c>.</summary>
    public WireDecimal ToDecimal() => DecimalText.ToDecimal(Tonnes);

    /// <summary>Display text: <c>1 234.5 t</c>.</summary>
    public override string ToString() => $"{Tonnes.ToString("#,##0.###", Problems.Grouped)} t";

    public int CompareTo(Tonnage other) => Kilograms.CompareTo(other.Kilograms);

    public static Tonnage operator +(Tonnage left, Tonnage right) => new(checked(left.Kilograms + right.Kilograms));

    public static Tonnage operator -(Tonnage left, Tonnage right) => new(checked(left.Kilograms - right.Kilograms));

    public static bool operator <(Tonnage left, Tonnage right) => left.Kilograms < right.Kilograms;

    public static bool operator >(Tonnage left, Tonnage right) => left.Kilograms > right.Kilograms;

    public static bool operator <=(Tonnage left, Tonnage right) => left.Kilograms <= right.Kilograms;

    public static bool operator >=(Tonnage left, Tonnage right) => left.Kilograms >= right.Kilograms;

    private static bool TryFrom(decimal tonnes, string? text, out Tonnage tonnage, out string problem)
    {
        tonnage = default;
        problem = "";
        if (tonnes < 0)
            Problems.Add(ref problem, $"{Quote.Of(text)} tonnes is negative.");
        if (tonnes.Scale > 3)
            Problems.Add(ref problem, $"{Quote.Of(text)} tonnes is finer than a kilogram: at most 3 decimals.");
        if (tonnes > MaxTonnes)
            Problems.Add(ref problem, $"{Quote.Of(text)} tonnes is more than {MaxTonnes.ToString("N0", Problems.Grouped)}.");
        if (problem.Length > 0)
            return false;
        tonnage = new Tonnage((long)(tonnes * KilogramsPerTonne));
        return true;
    }
}
