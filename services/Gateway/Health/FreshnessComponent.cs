using Mining.Primitives.Numbers;

namespace Mining.Gateway.Health;

/// <summary>Days since the report that the record rests on: full score while it is fresh, falling evenly to 0 when it is stale.</summary>
internal static class FreshnessComponent
{
    public static ComponentResult Evaluate(HealthSubject subject)
    {
        if (subject.Project.ReportDate is not { } report)
            return ComponentResult.Unknown(static _ => "The date of the latest report is not known.");
        var days = DaysSince(report, subject);
        if (days < 0)
        {
            return ComponentResult.Unknown(static of =>
                $"The latest report is of {of.Project.ReportDate}, after {DisplayText.Date(of.AsOf)}; what was reported then is not known.");
        }

        return ComponentResult.Scored(
            (decimal)(subject.Rules.StaleDays - days) / (subject.Rules.StaleDays - subject.Rules.FreshDays),
            static of => $"The latest report is of {of.Project.ReportDate}, {DisplayText.Count(DaysSince(of.Project.ReportDate!.Value, of), "day")} before {DisplayText.Date(of.AsOf)}.");
    }

    private static int DaysSince(PartialDate report, HealthSubject subject) => subject.AsOf.DayNumber - report.FirstDay.DayNumber;
}
