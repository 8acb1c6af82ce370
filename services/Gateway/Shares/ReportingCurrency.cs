using Mining.Gateway.Facts;
using Mining.Platform.Numbers;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Shares;

/// <summary>The currency of an answer, with the rates by which everything comes into it.</summary>
internal sealed record ReportingCurrency(byte Index, RateSet Rates)
{
    public Currency Currency => CurrencyIndex.At(Index);

    /// <summary>A cell: each currency's sum is converted, the results are added, and rounded half-even once.</summary>
    public long Cell(Tally tally, int party) =>
        Rates.Into(Index).TryConvert(tally, party, out var minorUnits) ? minorUnits : CellInDecimal(tally, party);

    /// <summary>The cells of all parties, in their order.</summary>
    public long[] Cells(Tally tally, PartnershipFacts partnership)
    {
        var cells = new long[partnership.Parties.Length];
        for (var party = 0; party < cells.Length; party++)
            cells[party] = Cell(tally, party);
        return cells;
    }

    /// <summary>A single amount, converted and rounded.</summary>
    public long Of(Amount amount)
    {
        var currency = CurrencyIndex.Read(amount.CurrencyCode);
        return Rates.Into(Index).TryConvert(amount.MinorUnits, currency, out var minorUnits)
            ? minorUnits
            : Conversion.ToMinorUnitsHalfEven(Rates.Convert(amount.MinorUnits, currency, Index), Currency);
    }

    public WireMoney Money(long minorUnits) => new Amount(minorUnits, Currency.Code).ToMoney();

    /// <summary>The definition of a cell.</summary>
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
