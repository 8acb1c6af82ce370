using Mining.Gateway.ReadModel;
using Mining.Platform.Numbers;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Shares;

/// <summary>The currency of an answer, with the rates by which everything comes into it.</summary>
internal sealed record ReportingCurrency(byte Index, RateSet Rates)
{
    public Currency Currency => CurrencyIndex.At(Index);

    /// <summary>A cell: each currency's sum is converted, the results are added, and rounded half-even once.</summary>
    public long Cell(Tally tally, int party)
    {
        var major = 0m;
        for (var row = 0; row < tally.Currencies.Length; row++)
        {
            if (tally.Sum(row, party) is var sum && sum != 0)
                major += Rates.Convert(sum, tally.Currencies[row], Index);
        }

        return Conversion.ToMinorUnitsHalfEven(major, Currency);
    }

    /// <summary>The cells of all parties, in their order.</summary>
    public long[] Cells(Tally tally, PartnershipFacts partnership) =>
        [.. Enumerable.Range(0, partnership.Parties.Length).Select(party => Cell(tally, party))];

    /// <summary>A single amount, converted and rounded.</summary>
    public long Of(Amount amount) =>
        Conversion.ToMinorUnitsHalfEven(Rates.Convert(amount.MinorUnits, CurrencyIndex.Read(amount.CurrencyCode), Index), Currency);

    public WireMoney Money(long minorUnits) => new Amount(minorUnits, Currency.Code).ToMoney();
}
