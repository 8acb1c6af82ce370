using Mining.Gateway.Facts;
using Mining.Primitives.Numbers;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Shares;

/// <summary>
/// The currency of a response, with the rates for converting to it. Decimals define the results; a derived currency may be faster, and gives the
/// same results.
/// </summary>
internal record ReportingCurrency(byte Index, RateSet Rates)
{
    public Currency Currency => CurrencyIndex.At(Index);

    /// <summary>A cell: the sum of each currency is converted, the results are added, and the total is rounded half-even once.</summary>
    public virtual long Cell(Tally tally, int party) => CellInDecimal(tally, party);

    /// <summary>The cells of all parties, in order.</summary>
    public long[] Cells(Tally tally, PartnershipFacts partnership)
    {
        var cells = new long[partnership.Parties.Length];
        for (var party = 0; party < cells.Length; party++)
            cells[party] = Cell(tally, party);
        return cells;
    }

    /// <summary>A single amount, converted and rounded.</summary>
    public virtual long Convert(Amount amount) =>
        Conversion.ToMinorUnitsHalfEven(Rates.Convert(amount.MinorUnits, CurrencyIndex.Read(amount.CurrencyCode), Index), Currency);

    /// <summary>
    /// Minor units of a currency that the sums of all parties certainly reach; 0 where nothing is known without the exact conversion.
    /// </summary>
    public virtual long LowerBound(Tally tally, int partyCount, byte currency) => 0;

    public WireMoney Money(long minorUnits) => new Amount(minorUnits, Currency.Code).ToMoney();

    /// <summary>The definition of a cell, in decimal.</summary>
    internal long CellInDecimal(Tally tally, int party)
    {
        var major = 0m;
        for (var row = 0; row < tally.Currencies.Length; row++)
        {
            if (tally.Sum(row, party) is var sum && sum != 0)
                major += Rates.Convert(sum, tally.Currencies[row], Index);
        }

        return Conversion.ToMinorUnitsHalfEven(major, Currency);
    }
}
