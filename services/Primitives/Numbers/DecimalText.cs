using System.Globalization;
using Mining.Primitives.Catalogues;
using WireDecimal = Google.Type.Decimal;

namespace Mining.Primitives.Numbers;

/// <summary>
/// Exact conversion between <c>google.type.Decimal</c> and <see cref="decimal"/>. A number that does not fit is refused, never rounded
/// (<see cref="decimal.Parse(string)"/> would round silently).
/// </summary>
public static class DecimalText
{
    /// <summary>Maximum scale: a decimal is a 96-bit integer divided by a power of ten up to 10^28.</summary>
    private const int MaxDecimals = 28;

    /// <summary>Number of digits of 2^96 − 1.</summary>
    private const int MaxDigits = 29;

    private static readonly UInt128 MaxSignificand = (UInt128.One << 96) - 1;

    /// <summary>
    /// Reads a google.type.Decimal: sign, digits, point, exponent. As documented there, an empty value is 0; a missing message is a
    /// problem.
    /// </summary>
    public static bool TryRead(WireDecimal? value, out decimal number, out string problem)
    {
        number = 0;
        problem = value is null ? "The number is missing." : "";
        return value is not null && (value.Value.Length == 0 || TryParse(value.Value, out number, out problem));
    }

    /// <summary>Like <see cref="TryRead"/>, from a text. An empty text is refused.</summary>
    public static bool TryParse(string? text, out decimal number, out string problem)
    {
        number = 0;
        if (!TrySplit(text, out var negative, out var integer, out var fraction, out var exponent))
        {
            problem = $"{Quote.Of(text)} is not a decimal number such as 1234.5: digits, one point, no separators between thousands.";
            return false;
        }

        problem = TryBuild(negative, integer, fraction, exponent, out number)
            ? ""
            : $"{Quote.Of(text)} cannot be stored exactly: at most 28 digits, and at most 28 decimals.";
        return problem.Length == 0;
    }

    /// <summary>
    /// The shortest plain form, which is the same for equal numbers: no exponent, trailing zeros, plus sign or negative zero.
    /// </summary>
    public static WireDecimal ToDecimal(decimal number) => new() { Value = ToText(number) };

    /// <summary>The text of <see cref="ToDecimal"/>.</summary>
    public static string ToText(decimal number) =>
        number == 0 ? "0" : number.ToString("0.############################", CultureInfo.InvariantCulture);

    private static bool TrySplit(
        ReadOnlySpan<char> text, out bool negative, out ReadOnlySpan<char> integer, out ReadOnlySpan<char> fraction, out long exponent)
    {
        negative = text.StartsWith("-");
        if (negative || text.StartsWith("+"))
            text = text[1..];

        exponent = 0;
        var exponentAt = text.IndexOfAny('e', 'E');
        var exponentIsValid = exponentAt < 0 || TryReadExponent(text[(exponentAt + 1)..], out exponent);
        if (exponentAt >= 0)
            text = text[..exponentAt];

        var pointAt = text.IndexOf('.');
        integer = pointAt < 0 ? text : text[..pointAt];
        fraction = pointAt < 0 ? [] : text[(pointAt + 1)..];
        return exponentIsValid && integer.Length + fraction.Length > 0 && AreDigits(integer) && AreDigits(fraction);
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        var negative = text.StartsWith("-");
        if (negative || text.StartsWith("+"))
            text = text[1..];
        if (text.IsEmpty || !AreDigits(text))
            return false;

        // Cap the exponent: beyond the length of any text its exact value does not matter.
        const long Enormous = 1_000_000_000_000;
        foreach (var digit in text)
            exponent = Math.Min(exponent * 10 + (digit - '0'), Enormous);
        exponent = negative ? -exponent : exponent;
        return true;
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool TryBuild(bool negative, ReadOnlySpan<char> integer, ReadOnlySpan<char> fraction, long exponent, out decimal number)
    {
        number = 0;
        var significand = UInt128.Zero;
        var digits = 0;
        var zeros = 0;
        if (!TryAppend(integer, ref significand, ref digits, ref zeros) || !TryAppend(fraction, ref significand, ref digits, ref zeros))
            return false;
        if (significand == 0)
            return true;

        // Trailing zeros only scale: |number| = significand × 10^-decimals.
        var decimals = fraction.Length - exponent - zeros;
        if (decimals < 0)
        {
            if (digits - decimals > MaxDigits)
                return false;
            significand *= PowerOfTen((int)-decimals);
            decimals = 0;
        }

        if (decimals > MaxDecimals || significand > MaxSignificand)
            return false;
        number = new decimal(
            (int)(uint)significand, (int)(uint)(significand >> 32), (int)(uint)(significand >> 64), negative, (byte)decimals);
        return true;
    }

    /// <summary>Appends digits to the significand. Zeros are held back until another digit follows.</summary>
    private static bool TryAppend(ReadOnlySpan<char> text, ref UInt128 significand, ref int digits, ref int zeros)
    {
        foreach (var digit in text)
        {
            if (digit == '0')
            {
                zeros += significand == 0 ? 0 : 1;
                continue;
            }

            if (digits + zeros + 1 > MaxDigits)
                return false;
            digits += zeros + 1;
            significand = significand * PowerOfTen(zeros + 1) + (uint)(digit - '0');
            zeros = 0;
        }

        return true;
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        var power = UInt128.One;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
