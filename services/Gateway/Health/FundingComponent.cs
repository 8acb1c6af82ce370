using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Health;

/// <summary>Committed money of all parties against the part of the capital cost that the stage needs, in the currency of that cost.</summary>
internal static class FundingComponent
{
    public static ComponentResult Judge(HealthSubject subject)
    {
        var stageIsKnown = subject.Rules.StageNeedsPpm.TryGetValue(subject.StageReached, out var partPpm);
        if (subject.CapitalCost is not { } cost || !stageIsKnown)
        {
            return ComponentResult.Unknown(
                stageIsKnown ? "The capital cost is not known." :
                subject.CapitalCost is null ? "Neither the stage nor the capital cost is known." : "The stage is not known.");
        }

        var part = partPpm / 1_000_000m;
        var needed = cost.ToMajorUnits() * part;
        var committed = CommittedIn(subject, CurrencyIndex.Read(cost.CurrencyCode));
        var undisclosed = subject.Committed.Counts.Undisclosed;
        return ComponentResult.Scored(
            needed > 0 ? committed / needed : 1,
            () => $"{Words.Money(committed, cost.CurrencyCode)} committed of {Words.Money(needed, cost.CurrencyCode)} needed at the stage "
            + $"{Words.Of(subject.StageReached)}: {Words.Percent(part)} of the capital cost of {Words.Money(cost.ToMajorUnits(), cost.CurrencyCode)}."
            + (undisclosed > 0 ? $" The amounts of {Words.Count(undisclosed, "further commitment")} are undisclosed." : ""));
    }

    private static decimal CommittedIn(HealthSubject subject, byte currency)
    {
        var committed = 0m;
        for (var row = 0; row < subject.Committed.Currencies.Length; row++)
        {
            var sum = Int128.Zero;
            for (var party = 0; party < subject.CommittedCells.Length; party++)
                sum += subject.Committed.Sum(row, party);
            committed += subject.Viewpoint.Reporting.Rates.Convert(sum, subject.Committed.Currencies[row], currency);
        }

        return committed;
    }
}
