using Mining.Primitives.Catalogues;
using Money = Google.Type.Money;

namespace Mining.Primitives.Numbers;

/// <summary>
/// An exact amount of money in whole minor units of a currency. Input that does not fit exactly is refused, never rounded.
/// </summary>
public readonly record struct Amount(long MinorUnits, string CurrencyCode)
{
    private const int NanosPerUnit = 1_000_000_000;

    /// <summary>
    /// Reads a <c>google.type.Money</c>. Reports all problems at once: an unknown currency, nanos beyond ±999 999 999, nanos and units of
    /// different signs, an amount finer than the minor unit, or an amount beyond 64 bits of minor units.
    /// </summary>
    public static bool TryRead(Money? money, out Amount amount, out string problem)
    {
        amount = default;
        problem = "";
        if (money is null)
        {
            problem = "The amount is missing.";
            return false;
        }

        var currencyIsKnown = Currency.TryGet(money.CurrencyCode, out var currency);
        if (!currencyIsKnown)
            Problems.Add(ref problem, Currency.Refusal(money.CurrencyCode));
        var nanosAreInRange = money.Nanos is > -NanosPerUnit and < NanosPerUnit;
        if (!nanosAreInRange)
            Problems.Add(ref problem, $"The nanos {money.Nanos} are not between -999999999 and 999999999.");
        if (Math.Sign(money.Units) * Math.Sign(money.Nanos) < 0)
            Problems.Add(ref problem, $"The units {money.Units} and the nanos {money.Nanos} have different signs.");
        if (!currencyIsKnown)
            return false;

        var minorUnitsPerUnit = currency.MinorUnitsPerMajorUnit;
        var (minorUnitsOfNanos, rest) = Math.DivRem(money.Nanos, NanosPerUnit / minorUnitsPerUnit);
        if (rest != 0 && nanosAreInRange)
            Problems.Add(ref problem, TooFine($"{money.Nanos} nanos", currency));
        var minorUnits = (Int128)money.Units * minorUnitsPerUnit + minorUnitsOfNanos;
        if (minorUnits < long.MinValue || minorUnits > long.MaxValue)
            Problems.Add(ref problem, TooLarge($"{money.Units} units", currency));
        if (problem.Length > 0)
            return false;

        amount = new Amount((long)minorUnits, currency.Code);
        return true;
    }

    /// <summary>
    /// Reads a number such as <c>-1234.5</c> from a file or command line, ignoring surrounding spaces. Refuses thousands separators and
    /// exponents: a spreadsheet that writes 1E+09 has often dropped digits.
    /// </summary>
    public static bool TryParse(string? text, string? currencyCode, out Amount amount, out string problem)
    {
        amount = default;
        problem = "";
        text = text?.Trim() ?? "";
        var currencyIsKnown = Currency.TryGet(currencyCode, out var currency);
        if (!currencyIsKnown)
            Problems.Add(ref problem, Currency.Refusal(currencyCode));
        var isNumber = DecimalText.TryParse(text, out var number, out var numberProblem);
        if (!isNumber)
            Problems.Add(ref problem, numberProblem);
        else if (text.AsSpan().ContainsAny('e', 'E'))
            Problems.Add(ref problem, $"{Quote.Of(text)} has an exponent; write out all digits.");
        if (!currencyIsKnown || !isNumber)
            return false;

        if (number.Scale > currency.MinorDigits)
            Problems.Add(ref problem, TooFine(Quote.Of(text), currency));
        if (!Conversion.FitsMinorUnits(number, currency))
            Problems.Add(ref problem, TooLarge(Quote.Of(text), currency));
        if (problem.Length > 0)
            return false;

        amount = new Amount((long)(number * currency.MinorUnitsPerMajorUnit), currency.Code);
        return true;
    }

    /// <summary>Converts to the wire type. Throws <see cref="ArgumentException"/> if the currency is unknown.</summary>
    public Money ToMoney()
    {
        var minorUnitsPerUnit = Currency.Get(CurrencyCode).MinorUnitsPerMajorUnit;
        var (units, rest) = Math.DivRem(MinorUnits, minorUnitsPerUnit);
        return new Money { CurrencyCode = CurrencyCode, Units = units, Nanos = (int)(rest * (NanosPerUnit / minorUnitsPerUnit)) };
    }

    /// <summary>
    /// The exact amount in major units, such as euros. Throws <see cref="ArgumentException"/> if the currency is unknown.
    /// </summary>
    public decimal ToMajorUnits() => (decimal)MinorUnits / Currency.Get(CurrencyCode).MinorUnitsPerMajorUnit;

    /// <summary>Display text: <c>1 234.50 EUR</c>.</summary>
    public override string ToString() => Currency.TryGet(CurrencyCode, out var currency)
        ? $"{ToMajorUnits().ToString($"N{currency.MinorDigits}", Problems.Grouped)} {CurrencyCode}"
        : $"{MinorUnits} minor units of {Quote.Of(CurrencyCode)}";

    private static string TooFine(string what, Currency currency) =>
        $"{what} is finer than the minor unit of {currency}, which has {currency.MinorDigits} decimals.";

    private static string TooLarge(string what, Currency currency) =>
        $"{what} is more than the largest amount of {currency}, {new Amount(long.MaxValue, currency.Code)}.";
}
