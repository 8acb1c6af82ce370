namespace Mining.Platform.Numbers;

/// <summary>
/// Conversion between currencies at the euro foreign exchange reference rates of the European Central Bank, which are units of the
/// currency per one euro (USD 1.1050: a euro is worth 1.1050 dollars). The euro's own rate is 1.
/// </summary>
public static class Conversion
{
    /// <summary>
    /// <paramref name="amount"/> × <paramref name="rateTo"/> ÷ <paramref name="rateFrom"/>, in decimal and in this order: whoever
    /// recomputes a figure gets the same digits. Rates must be above 0; a product beyond decimal is an <see cref="OverflowException"/>.
    /// </summary>
    public static decimal Convert(decimal amount, decimal rateFrom, decimal rateTo)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rateFrom);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rateTo);
        return amount * rateTo / rateFrom;
    }

    /// <summary>
    /// The nearest whole number of minor units; a half goes to the even neighbour, so that many roundings do not drift. Throws
    /// <see cref="OverflowException"/> if 64 bits cannot hold it.
    /// </summary>
    public static long ToMinorUnitsHalfEven(decimal majorUnits, Currency currency)
    {
        // Rounding comes before scaling: a product with too many digits would itself be rounded, and a half could arise from that.
        var rounded = decimal.Round(majorUnits, currency.MinorDigits, MidpointRounding.ToEven);
        return FitsMinorUnits(rounded, currency)
            ? (long)(rounded * currency.MinorUnitsPerMajorUnit)
            : throw new OverflowException(
                $"{majorUnits.ToString("N2", Problems.Grouped)} {currency} is more than 64 bits of minor units can hold.");
    }

    /// <summary>Whether an amount of no more decimals than the currency has fits into 64 bits of minor units.</summary>
    internal static bool FitsMinorUnits(decimal majorUnits, Currency currency) =>
        majorUnits >= (decimal)long.MinValue / currency.MinorUnitsPerMajorUnit &&
        majorUnits <= (decimal)long.MaxValue / currency.MinorUnitsPerMajorUnit;
}
