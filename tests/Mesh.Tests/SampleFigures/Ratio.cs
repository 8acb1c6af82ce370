using System.Globalization;
using System.Numerics;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>An exact fraction; the denominator is positive. Money is never anything else here until it is rounded once.</summary>
internal readonly record struct Ratio(BigInteger Numerator, BigInteger Denominator)
{
    public static readonly Ratio Zero = new(0, 1);

    public static Ratio operator +(Ratio a, Ratio b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Ratio operator *(Ratio a, Ratio b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Ratio operator /(Ratio a, Ratio b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>A positive decimal number as it stands in a file, for example <c>1.1749</c>.</summary>
    public static Ratio Parse(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = text.Replace(".", "", StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : text.Length - point - 1;
        return new(BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture), BigInteger.Pow(10, decimals));
    }

    /// <summary>The nearest whole number; of two as near, the even one.</summary>
    public BigInteger Round()
    {
        var whole = BigInteger.DivRem(Numerator, Denominator, out var rest);
        var twice = 2 * BigInteger.Abs(rest);
        return twice > Denominator || (twice == Denominator && !whole.IsEven) ? whole + Numerator.Sign : whole;
    }
}
