using Mining.Gateway.Facts;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Health;

/// <summary>Committed money of all parties relative to the part of the capital cost that the stage needs, in its currency.</summary>
internal static class FundingComponent
{
    private const int Whole = 1_000_000;

    public static ComponentResult Evaluate(HealthSubject subject)
    {
        var stageIsKnown = subject.Rules.StageNeedsPpm.TryGetValue(subject.StageReached, out var partPpm);
        if (subject.CapitalCost is not { } cost || !stageIsKnown)
        {
            return ComponentResult.Unknown((stageIsKnown, subject.CapitalCost) switch
            {
                (true, _) => static _ => "The capital cost is unknown.",
                (_, null) => static _ => "The stage and the capital cost are unknown.",
                _ => static _ => "The stage is unknown.",
            });
        }

        return ComponentResult.Scored(PartOf(subject, cost, partPpm), Reason);
    }

    private static decimal PartOf(HealthSubject subject, Amount cost, int partPpm)
    {
        var currency = CurrencyIndex.Read(cost.CurrencyCode);
        var atLeast = subject.ReportContext.Reporting.LowerBound(subject.Committed, subject.CommittedCells.Length, currency);
        // A surplus scores no better than the full amount, so the exact part is not computed then.
        if ((Int128)atLeast * Whole > (Int128)cost.MinorUnits * partPpm)
            return 1;
        var needed = Needed(cost, partPpm);
        return needed > 0 ? CommittedIn(subject, currency) / needed : 1;
    }

    private static string Reason(HealthSubject subject)
    {
        var (cost, partPpm) = (subject.CapitalCost!.Value, subject.Rules.StageNeedsPpm[subject.StageReached]);
        var undisclosed = subject.Committed.Counts.Undisclosed;
        return $"{DisplayText.Money(CommittedIn(subject, CurrencyIndex.Read(cost.CurrencyCode)), cost.CurrencyCode)} committed of "
            + $"{DisplayText.Money(Needed(cost, partPpm), cost.CurrencyCode)} needed at stage {DisplayText.Of(subject.StageReached)}: "
            + $"{DisplayText.PercentOfPpm(partPpm)} of the capital cost of {DisplayText.Money(cost.ToMajorUnits(), cost.CurrencyCode)}."
            + (undisclosed > 0 ? $" The amounts of {DisplayText.Count(undisclosed, "further commitment")} are undisclosed." : "");
    }

    private static decimal Needed(Amount cost, int partPpm) => cost.ToMajorUnits() * ((decimal)partPpm / Whole);

    private static decimal CommittedIn(HealthSubject subject, byte currency)
    {
        var committed = 0m;
        for (var row = 0; row < subject.Committed.Currencies.Length; row++)
        {
            var sum = Int128.Zero;
            for (var party = 0; party < subject.CommittedCells.Length; party++)
                sum += subject.Committed.Sum(row, party);
            committed += subject.ReportContext.Reporting.Rates.Convert(sum, subject.Committed.Currencies[row], currency);
        }

        return committed;
    }
}
