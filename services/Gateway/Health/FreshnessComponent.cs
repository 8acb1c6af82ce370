namespace Mining.Gateway.Health;

/// <summary>Days since the report that the record rests on: full score while it is fresh, falling evenly to 0 when it is stale.</summary>
internal static class FreshnessComponent
{
    public static ComponentResult Judge(HealthSubject subject)
    {
        if (subject.Project.ReportDate is not { } report)
            return ComponentResult.Unknown(() => "The date of the latest report is not known.");
        var days = subject.AsOf.DayNumber - report.FirstDay.DayNumber;
        if (days < 0)
            return ComponentResult.Unknown(() => $"The latest report is of {report}, after {Words.Date(subject.AsOf)}; what was reported then is not known.");
        return ComponentResult.Scored(
            (decimal)(subject.Rules.StaleDays - days) / (subject.Rules.StaleDays - subject.Rules.FreshDays),
            () => $"The latest report is of {report}, {Words.Count(days, "day")} before {Words.Date(subject.AsOf)}.");
    }
}
