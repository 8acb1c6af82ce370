using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Platform.Numbers;

namespace Mining.Gateway.Engine;

/// <summary>
/// The rates into one currency as whole numbers, of which 2^64 are one. What is converted by these differs from the same in decimal by
/// less than is known, so that mostly there is no doubt how it rounds; where there is, decimal decides. This is for speed only: a summary
/// of a day of the past converts some hundred thousand sums.
/// </summary>
internal sealed class FixedRates
{
    private const int FractionBits = 64;
    private const decimal One = 18_446_744_073_709_551_616m;

    /// <summary>Larger amounts, rates and sums are left to decimal, so that nothing here overflows.</summary>
    private const long MaxMinorUnits = 1L << 50;
    private const decimal MaxRate = 1 << 8;
    private static readonly Int128 MaxSum = Int128.One << 124;

    /// <summary>By currency, from its minor units to the minor units of the other; 0 where there is none.</summary>
    private readonly Int128[] rates = new Int128[CurrencyIndex.Count];

    public FixedRates(RateSet set, byte into)
    {
        for (byte from = 0; from < rates.Length; from++)
        {
            var rate = from == into ? 1 : set.Has(from) && set.Has(into) ? RateOf(set, from, into) : 0;
            rates[from] = rate < MaxRate ? (Int128)decimal.Round(rate * One) : 0;
        }
    }

    /// <summary>The sums of a party, in whole minor units rounded half-even; false: decimal has to say.</summary>
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

    /// <summary>The same of a single amount.</summary>
    public bool TryConvert(long amount, byte currency, out long minorUnits)
    {
        var converted = new FixedSum();
        minorUnits = 0;
        return TryAdd(amount, currency, ref converted) && converted.TryRound(out minorUnits);
    }

    /// <summary>Minor units that the sums of all parties certainly reach.</summary>
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

    /// <summary>What was added, and how far that may be off.</summary>
    private struct FixedSum
    {
        /// <summary>Beside the rates: decimal itself keeps 28 digits, which of the largest sum is less than this.</summary>
        private Int128 doubt = Int128.One << 46;

        public FixedSum()
        {
        }

        public Int128 Value { get; private set; }

        public readonly long AtLeast => (long)Int128.Max(0, (Value - doubt) >> FractionBits);

        public void Add(long minorUnits, Int128 rate)
        {
            Value += minorUnits * rate;
            doubt += minorUnits;
        }

        public readonly bool TryRound(out long minorUnits)
        {
            var half = Int128.One << (FractionBits - 1);
            minorUnits = (long)((Value + half) >> FractionBits);
            // How far it is from where it would round to another one.
            var above = Value + half - ((Int128)minorUnits << FractionBits);
            return above > doubt && (half << 1) - above > doubt;
        }
    }
}
