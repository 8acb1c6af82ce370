using Mining.Gateway.Facts;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// Slip of the next open milestone, or of first production if none is open: from the baseline date to the expected date, or to the
/// as-of date if the milestone is overdue.
/// </summary>
internal static class ScheduleComponent
{
    public static ComponentResult Evaluate(HealthSubject subject)
    {
        if (SlipOf(subject) is { } slip)
            return ComponentResult.Scored(1 - slip.Months / subject.Rules.SlipLimitMonths, Reason);
        if (subject.StageReached == Stage.Operating)
            return ComponentResult.NotApplicable(static _ => "First production has been reached, and no milestone is open.");
        return subject.Project.Kinds.All(kind => kind is ProjectKind.Research or ProjectKind.Substitution)
            ? ComponentResult.NotApplicable(static _ => "The programme has neither milestones nor a date of first production.")
            : ComponentResult.Unknown(static _ => "Neither an open milestone nor the date of first production is known.");
    }

    private static string Reason(HealthSubject subject)
    {
        var slip = SlipOf(subject)!.Value;
        return (slip.Milestone is { } milestone ? $"Milestone “{milestone.DisplayName}”" : "First production") + $": baseline {slip.Baseline}, "
            + (slip.IsOverdue ? $"overdue (expected {slip.Planned}). " : $"expected {slip.Planned}. ")
            + $"Slip: {DisplayText.Months(slip.Months)}; {subject.Rules.SlipLimitMonths} months or more score 0.";
    }

    /// <summary>Null if nothing is open, or its dates are unknown.</summary>
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

    /// <param name="Milestone">Null for first production.</param>
    private readonly record struct Slip(MilestoneFacts? Milestone, PartialDate Planned, PartialDate Baseline, DateOnly AsOf)
    {
        public bool IsOverdue => Planned.FirstDay < AsOf;

        public decimal Months => Math.Max(0, Health.Months.Between(Baseline.FirstDay, IsOverdue ? AsOf : Planned.FirstDay));
    }
}
