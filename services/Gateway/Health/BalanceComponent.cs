using Mining.Gateway.Shares;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Health;

/// <summary>For joint projects: the distance of the committed shares from the targets, relative to the largest possible distance.</summary>
internal static class BalanceComponent
{
    private const int Whole = 1_000_000;

    public static ComponentResult Evaluate(HealthSubject subject)
    {
        if (!subject.IsJoint)
            return ComponentResult.NotApplicable(static _ => "Not a joint project: fewer than two sides have committed money.");
        if (ShareTables.TotalOf(subject.CommittedCells) == 0)
            return ComponentResult.NotApplicable(static _ => "The committed money is less than half a minor unit, so there are no shares.");

        // The largest distance between sides is all money with the side that has the smallest target: in an even partnership, one side with
        // everything scores 0. Money from OUTSIDE can exceed that distance.
        var furthestPpm = Whole - subject.ReportContext.Partnership.MinTargetPpm;
        return ComponentResult.Scored(Math.Max(0, 1 - DistancePpm(subject) / furthestPpm), Reason);
    }

    private static decimal DistancePpm(HealthSubject subject)
    {
        Span<int> sharesPpm = stackalloc int[subject.CommittedCells.Length];
        LargestRemainder.SharesPpm(subject.CommittedCells, sharesPpm);
        var distances = 0;
        for (var party = 0; party < sharesPpm.Length; party++)
            distances += Math.Abs(sharesPpm[party] - (subject.ReportContext.Partnership.TargetsPpm[party] ?? 0));
        return distances / 2m;
    }

    private static string Reason(HealthSubject subject)
    {
        var partnership = subject.ReportContext.Partnership;
        var sharesPpm = LargestRemainder.SharesPpm(subject.CommittedCells);
        return $"Committed shares: {string.Join(", ", partnership.Parties.Index().Select(Share))}; "
            + $"{DisplayText.Percent(DistancePpm(subject) / Whole)} of the money would have to move to meet the targets.";

        string Share((int Index, string Id) party) => $"{party.Id} {DisplayText.PercentOfPpm(sharesPpm[party.Index])}"
            + (party.Index == partnership.Outside ? "" : $" (target {DisplayText.PercentOfPpm(partnership.TargetsPpm[party.Index] ?? 0)})");
    }
}
