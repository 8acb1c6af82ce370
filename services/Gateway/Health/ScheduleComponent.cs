using Mining.Gateway.ReadModel;
using Mining.Platform.Numbers;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// Slip of the next open milestone, or of first production where none is open: the date now expected, or the date of the question
/// where that is overdue, against the date first promised.
/// </summary>
internal static class ScheduleComponent
{
    public static ComponentResult Judge(HealthSubject subject)
    {
        MilestoneFacts? next = null;
        foreach (var milestone in subject.Project.Milestones)
        {
            if (!subject.HasHappened(milestone.Actual) && (next is null || ComesBefore(milestone, next)))
                next = milestone;
        }

        return next is not null
            ? Slip(subject, next, next.Forecast ?? next.Baseline, next.Baseline)
            : JudgeFirstProduction(subject);
    }

    private static bool ComesBefore(MilestoneFacts milestone, MilestoneFacts other)
    {
        var order = milestone.Baseline.FirstDay.CompareTo(other.Baseline.FirstDay);
        return order < 0 || (order == 0 && string.CompareOrdinal(milestone.Id, other.Id) < 0);
    }

    private static ComponentResult JudgeFirstProduction(HealthSubject subject)
    {
        var project = subject.Project;
        if (subject.StageReached == Stage.Operating)
            return ComponentResult.NotApplicable(() => "First production is reached, and no milestone is open.");
        if ((project.PlannedFirstProduction ?? project.BaselineFirstProduction) is { } planned)
            return Slip(subject, null, planned, project.BaselineFirstProduction ?? planned);
        return project.Kinds.All(kind => kind is ProjectKind.Research or ProjectKind.Substitution)
            ? ComponentResult.NotApplicable(() => "A programme without milestones or a date of first production.")
            : ComponentResult.Unknown(() => "Neither an open milestone nor the date of first production is known.");
    }

    private static ComponentResult Slip(HealthSubject subject, MilestoneFacts? milestone, PartialDate planned, PartialDate baseline)
    {
        var isOverdue = planned.FirstDay < subject.AsOf;
        var expected = isOverdue ? subject.AsOf : planned.FirstDay;
        var months = Math.Max(0, Months.Between(baseline.FirstDay, expected));
        return ComponentResult.Scored(
            1 - months / subject.Rules.SlipLimitMonths,
            () => (milestone is null ? "First production" : $"Milestone “{milestone.DisplayName}”") + $" was promised for {baseline} and "
            + (isOverdue ? $"is overdue: it was expected for {planned}. " : $"is expected for {planned}. ")
            + $"That is a slip of {Words.Months(months)}, where {subject.Rules.SlipLimitMonths} score 0.");
    }
}
