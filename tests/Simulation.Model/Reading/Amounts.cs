using System.Globalization;
using System.Numerics;
using Google.Type;

namespace Mining.Simulation.Model.Reading;

/// <summary>Money and decimals as whole numbers of their smallest unit.</summary>
internal static class Amounts
{
    /// <summary>True if an amount is absent, or positive, of a known currency and no finer than its minor unit.</summary>
    public static bool IsPositiveOrAbsent(Money? money) =>
        money is null
        || (Catalogue.MinorDigits.TryGetValue(money.CurrencyCode, out var digits)
            && money.Units >= 0
            && money.Nanos is >= 0 and <= 999_999_999
            && (money.Units > 0 || money.Nanos > 0)
            && money.Nanos % (int)BigInteger.Pow(10, 9 - digits) == 0);

    public static BigInteger MinorUnits(this Money money)
    {
        var digits = Catalogue.MinorDigits[money.CurrencyCode];
        return (money.Units * BigInteger.Pow(10, digits)) + (money.Nanos / BigInteger.Pow(10, 9 - digits));
    }

    /// <summary>Minor units of a currency as money.</summary>
    public static Money ToMoney(this BigInteger minorUnits, string currency)
    {
        var minorUnitsPerUnit = BigInteger.Pow(10, Catalogue.MinorDigits[currency]);
        var units = BigInteger.DivRem(minorUnits, minorUnitsPerUnit, out var rest);
        return new Money { CurrencyCode = currency, Units = (long)units, Nanos = (int)(rest * (1_000_000_000 / minorUnitsPerUnit)) };
    }

    /// <summary>True for a plain decimal number with at most that many decimals.</summary>
    public static bool HasMaxDecimals(int decimals, Google.Type.Decimal number) =>
        decimal.TryParse(number.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && decimal.Round(value, decimals) == value;

    public static decimal Value(this Google.Type.Decimal number) => decimal.Parse(number.Value, CultureInfo.InvariantCulture);
}
