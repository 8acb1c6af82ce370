using Mining.Gateway.Facts;
using Mining.Platform.Numbers;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// Slip of the next open milestone, or of first production where none is open: the date now expected, or the date of the question
/// where that is overdue, against the date first promised.
/// </summary>
internal static class ScheduleComponent
{
    public static ComponentResult Evaluate(HealthSubject subject)
    {
        if (SlipOf(subject) is { } slip)
            return ComponentResult.Scored(1 - slip.Months / subject.Rules.SlipLimitMonths, Reason);
        if (subject.StageReached == Stage.Operating)
            return ComponentResult.NotApplicable(static _ => "First production is reached, and no milestone is open.");
        return subject.Project.Kinds.All(kind => kind is ProjectKind.Research or ProjectKind.Substitution)
            ? ComponentResult.NotApplicable(static _ => "A programme without milestones or a date of first production.")
            : ComponentResult.Unknown(static _ => "Neither an open milestone nor the date of first production is known.");
    }

    private static string Reason(HealthSubject subject)
    {
        var slip = SlipOf(subject)!.Value;
        return (slip.Milestone is { } milestone ? $"Milestone “{milestone.DisplayName}”" : "First production") + $" was promised for {slip.Baseline} and "
            + (slip.IsOverdue ? $"is overdue: it was expected for {slip.Planned}. " : $"is expected for {slip.Planned}. ")
            + $"That is a slip of {DisplayText.Months(slip.Months)}, where {subject.Rules.SlipLimitMonths} score 0.";
    }

    /// <summary>Null: nothing is open, or nothing is known of it.</summary>
    private static Slip? SlipOf(HealthSubject subject)
    {
        MilestoneFacts? next = null;
        foreach (var milestone in subject.Project.Milestones)
        {
            if (!subject.HasHappened(milestone.Actual) && (next is null || ComesBefore(milestone, next)))
                next = milestone;
        }

        if (next is not null)
            return new Slip(next, next.Forecast ?? next.Baseline, next.Baseline, subject.AsOf);
        var project = subject.Project;
        return subject.StageReached != Stage.Operating && (project.PlannedFirstProduction ?? project.BaselineFirstProduction) is { } planned
            ? new Slip(null, planned, project.BaselineFirstProduction ?? planned, subject.AsOf)
            : null;
    }

    private static bool ComesBefore(MilestoneFacts milestone, MilestoneFacts other)
    {
        var order = milestone.Baseline.FirstDay.CompareTo(other.Baseline.FirstDay);
        return order < 0 || (order == 0 && string.CompareOrdinal(milestone.Id, other.Id) < 0);
    }

    /// <param name="Milestone">Null: first production.</param>
    private readonly record struct Slip(MilestoneFacts? Milestone, PartialDate Planned, PartialDate Baseline, DateOnly AsOf)
    {
        public bool IsOverdue => Planned.FirstDay < AsOf;

        public decimal Months => Math.Max(0, Health.Months.Between(Baseline.FirstDay, IsOverdue ? AsOf : Planned.FirstDay));
    }
}
