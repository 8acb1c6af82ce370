using Mining.Investors.V1;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Facts;

/// <summary>The published totals of the confidential commitments of one side, instrument and currency.</summary>
/// <param name="MinorUnits">By measure.</param>
/// <param name="Counts">Commitments by measure.</param>
/// <param name="Wire">The total as the investors service published it.</param>
internal sealed record PublishedTotal(
    IReadOnlyList<string> OwnerSides, string SideId, Instrument Instrument, byte Currency, long[] MinorUnits, int[] Counts, ConfidentialTotal Wire);

/// <summary>All totals of a partnership published up to a day.</summary>
internal sealed record PublishedTotals(string Partnership, int Day, PublishedTotal[] Totals)
{
    public static PublishedTotals Read(ConfidentialTotals totals) => new(
        totals.Partnership,
        Facts.Day.Of(totals.Date),
        [.. totals.Totals.Select(total => new PublishedTotal(
            [.. total.OwnerSides],
            total.SideId,
            total.Instrument is >= Instrument.Equity and <= Instrument.Offtake
                ? total.Instrument
                : throw new InvalidDataException($"The instrument {total.Instrument} is unknown."),
            CurrencyIndex.Read(total.Pledged?.CurrencyCode ?? ""),
            [ReadMinorUnits(total.Pledged), ReadMinorUnits(total.Committed), ReadMinorUnits(total.Disbursed)],
            [total.PledgedCount, total.CommittedCount, total.DisbursedCount],
            total))]);

    private static long ReadMinorUnits(Google.Type.Money? money) =>
        CurrencyIndex.ReadAmount(money) is Amount { MinorUnits: >= 0 } amount ? amount.MinorUnits : throw new InvalidDataException("A total is absent or negative.");
}
