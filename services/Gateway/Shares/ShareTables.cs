using Mining.Gateway.Facts;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Shares;

/// <summary>Converts tallies to the tables of a response: cells, shares by largest remainder, and distances to the targets.</summary>
internal static class ShareTables
{
    public static ShareTable Of(int measure, Tally tally, PartnershipFacts partnership, ReportingCurrency reporting)
    {
        var cells = reporting.Cells(tally, partnership);
        var total = TotalOf(cells);
        return new ShareTable
        {
            Measure = MeasureAmounts.Measures[measure],
            Sides = { SidesOf(cells, partnership, reporting) },
            Total = reporting.Money(total),
            NothingToShare = total == 0,
            ProjectCount = tally.ProjectCount,
            CommitmentCount = tally.Counts.Commitments,
            UndisclosedCount = tally.Counts.Undisclosed,
            UndatedCount = tally.Counts.Undated,
        };
    }

    public static IEnumerable<SideFigure> SidesOf(long[] cells, PartnershipFacts partnership, ReportingCurrency reporting)
    {
        var sharesPpm = TotalOf(cells) == 0 ? null : LargestRemainder.SharesPpm(cells);
        for (var party = 0; party < cells.Length; party++)
        {
            var figure = new SideFigure { SideId = partnership.Parties[party], Amount = reporting.Money(cells[party]) };
            if (sharesPpm is not null)
                figure.SharePpm = sharesPpm[party];
            if (partnership.TargetsPpm[party] is { } targetPpm)
                figure.TargetSharePpm = targetPpm;
            if (figure.HasSharePpm && figure.HasTargetSharePpm)
                figure.DistanceToTargetPpm = figure.SharePpm - figure.TargetSharePpm;
            yield return figure;
        }
    }

    public static long TotalOf(ReadOnlySpan<long> cells)
    {
        var total = 0L;
        foreach (var cell in cells)
            total = checked(total + cell);
        return total;
    }
}
