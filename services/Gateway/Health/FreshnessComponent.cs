using Mining.Primitives.Numbers;

namespace Mining.Gateway.Health;

/// <summary>The age of the record's latest report in days: full score while fresh, falling linearly to 0 when stale.</summary>
internal static class FreshnessComponent
{
    public static ComponentResult Evaluate(HealthSubject subject)
    {
        if (subject.Project.ReportDate is not { } report)
            return ComponentResult.Unknown(static _ => "The date of the latest report is unknown.");
        var days = DaysSince(report, subject);
        if (days < 0)
        {
            return ComponentResult.Unknown(static of =>
                $"The latest report is dated {of.Project.ReportDate}, after {DisplayText.Date(of.AsOf)}, so the report at that date is unknown.");
        }

        return ComponentResult.Scored(
            (decimal)(subject.Rules.StaleDays - days) / (subject.Rules.StaleDays - subject.Rules.FreshDays),
            static of => $"The latest report is dated {of.Project.ReportDate}, {DisplayText.Count(DaysSince(of.Project.ReportDate!.Value, of), "day")} before {DisplayText.Date(of.AsOf)}.");
    }

    private static int DaysSince(PartialDate report, HealthSubject subject) => subject.AsOf.DayNumber - report.FirstDay.DayNumber;
}
