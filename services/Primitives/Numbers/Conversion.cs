namespace Mining.Primitives.Numbers;

/// <summary>
/// Currency conversion at the euro reference rates of the European Central Bank, in units of the currency per euro (USD 1.1050: one euro is
/// worth 1.1050 dollars). The euro's own rate is 1.
/// </summary>
public static class Conversion
{
    /// <summary>
    /// Computes <paramref name="amount"/> × <paramref name="rateTo"/> ÷ <paramref name="rateFrom"/> in decimal and in this order, so that a
    /// recomputation gives the same digits. Rates must be positive. Throws <see cref="OverflowException"/> if the product exceeds decimal.
    /// </summary>
    public static decimal Convert(decimal amount, decimal rateFrom, decimal rateTo)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rateFrom);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rateTo);
        return amount * rateTo / rateFrom;
    }

    /// <summary>
    /// Rounds to whole minor units, half to even, so that many roundings do not drift. Throws <see cref="OverflowException"/> beyond 64
    /// bits.
    /// </summary>
    public static long ToMinorUnitsHalfEven(decimal majorUnits, Currency currency)
    {
        // Round before scaling: a product with too many digits would itself be rounded, which could create a false half.
        var rounded = decimal.Round(majorUnits, currency.MinorDigits, MidpointRounding.ToEven);
        return FitsMinorUnits(rounded, currency)
            ? (long)(rounded * currency.MinorUnitsPerMajorUnit)
            : throw new OverflowException(
                $"{majorUnits.ToString("N2", Problems.Grouped)} {currency} is more than 64 bits of minor units can hold.");
    }

    /// <summary>Whether an amount with at most the currency's decimals fits into 64 bits of minor units.</summary>
    internal static bool FitsMinorUnits(decimal majorUnits, Currency currency) =>
        majorUnits >= (decimal)long.MinValue / currency.MinorUnitsPerMajorUnit &&
        majorUnits <= (decimal)long.MaxValue / currency.MinorUnitsPerMajorUnit;
}
