using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Engine;

/// <summary>
/// Exchange rates to one currency as fixed-point numbers with 64 fraction bits. The conversion error is bounded and tracked. If the bound
/// leaves the rounding in doubt, the caller must use decimal. This is only an optimization: a summary of the past converts several
/// hundred thousand sums.
/// </summary>
internal sealed class FixedRates
{
    private const int FractionBits = 64;
    private const decimal One = 18_446_744_073_709_551_616m;

    /// <summary>Larger amounts, rates and sums are converted in decimal, so that nothing overflows here.</summary>
    private const long MaxMinorUnits = 1L << 50;
    private const decimal MaxRate = 1 << 8;
    private static readonly Int128 MaxSum = Int128.One << 124;

    /// <summary>By currency: the factor from its minor units to minor units of the target; 0 if there is none.</summary>
    private readonly Int128[] rates = new Int128[CurrencyIndex.Count];

    public FixedRates(RateSet set, byte into)
    {
        for (byte from = 0; from < rates.Length; from++)
        {
            var rate = from == into ? 1 : set.Has(from) && set.Has(into) ? RateOf(set, from, into) : 0;
            rates[from] = rate < MaxRate ? (Int128)decimal.Round(rate * One) : 0;
        }
    }

    /// <summary>Converts the sums of a party to minor units, rounded half-even. False if decimal must be used.</summary>
    public bool TryConvert(Tally tally, int party, out long minorUnits)
    {
        var converted = new FixedSum();
        for (var row = 0; row < tally.Currencies.Length; row++)
        {
            if (!TryAdd(tally.Sum(row, party), tally.Currencies[row], ref converted))
            {
                minorUnits = 0;
                return false;
            }
        }

        return converted.TryRound(out minorUnits);
    }

    /// <summary>Converts a single amount in the same way.</summary>
    public bool TryConvert(long amount, byte currency, out long minorUnits)
    {
        var converted = new FixedSum();
        minorUnits = 0;
        return TryAdd(amount, currency, ref converted) && converted.TryRound(out minorUnits);
    }

    /// <summary>A lower bound of the sums of all parties, in minor units.</summary>
    public long AtLeast(Tally tally, int partyCount)
    {
        var converted = new FixedSum();
        for (var row = 0; row < tally.Currencies.Length; row++)
        {
            for (var party = 0; party < partyCount; party++)
                TryAdd(tally.Sum(row, party), tally.Currencies[row], ref converted);
        }

        return converted.AtLeast;
    }

    private bool TryAdd(Int128 minorUnits, byte currency, ref FixedSum sum)
    {
        if (minorUnits == 0)
            return true;
        if (minorUnits < 0 || minorUnits > MaxMinorUnits || rates[currency] == 0 || sum.Value > MaxSum)
            return false;
        sum.Add((long)minorUnits, rates[currency]);
        return true;
    }

    private static decimal RateOf(RateSet set, byte from, byte into) =>
        Conversion.Convert(CurrencyIndex.At(into).MinorUnitsPerMajorUnit, set.UnitsPerEuro(from), set.UnitsPerEuro(into)) / CurrencyIndex.At(from).MinorUnitsPerMajorUnit;

    /// <summary>A sum with a bound of its error.</summary>
    private struct FixedSum
    {
        /// <summary>Starts at the error of decimal itself: with its 28 digits, even the largest sum is off by less than this.</summary>
        private Int128 errorBound = Int128.One << 46;

        public FixedSum()
        {
        }

        public Int128 Value { get; private set; }

        public readonly long AtLeast => (long)Int128.Max(0, (Value - errorBound) >> FractionBits);

        public void Add(long minorUnits, Int128 rate)
        {
            Value += minorUnits * rate;
            errorBound += minorUnits;
        }

        public readonly bool TryRound(out long minorUnits)
        {
            var half = Int128.One << (FractionBits - 1);
            minorUnits = (long)((Value + half) >> FractionBits);
            // The distance to the nearest rounding boundary.
            var above = Value + half - ((Int128)minorUnits << FractionBits);
            return above > errorBound && (half << 1) - above > errorBound;
        }
    }
}
