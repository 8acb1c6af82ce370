using Mining.Gateway.ReadModel;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>The worst open permit: the months since its application against the months the authority has by law. A refusal scores 0.</summary>
internal static class PermittingComponent
{
    public static ComponentResult Judge(HealthSubject subject)
    {
        var permits = subject.Project.Permits;
        if (permits.Length == 0)
            return JudgeWithoutPermits(subject);
        if (Refused(subject).FirstOrDefault() is { } refused)
            return ComponentResult.Scored(0, () => $"Permit “{refused.DisplayName}” was refused on {refused.Refusal}.");

        var open = permits.Where(permit => !subject.HasHappened(permit.Grant)).ToArray();
        if (open.Length == 0)
            return ComponentResult.Scored(1, () => $"All permits are granted: {permits.Length}.");
        var timed = open.Where(permit => subject.HasHappened(permit.Application) && LimitMonths(subject, permit) > 0).ToArray();
        var untimed = open.Length - timed.Length;
        if (timed.Length == 0)
            return ComponentResult.Unknown($"{Words.Count(untimed, "open permit")} without a date of application or a legal time limit.");

        var worst = timed.MaxBy(permit => ElapsedMonths(subject, permit) / LimitMonths(subject, permit))!;
        var (elapsed, limit) = (ElapsedMonths(subject, worst), LimitMonths(subject, worst));
        return ComponentResult.Scored(
            1 - elapsed / limit,
            () => $"Permit “{worst.DisplayName}” has been open for {Words.Months(elapsed)} of the {limit} that the law allows."
            + (untimed > 0 ? $" Not in it: {Words.Count(untimed, "open permit")} without a date of application or a legal time limit." : ""));
    }

    /// <summary>Permits that are refused at the date.</summary>
    public static IEnumerable<PermitFacts> Refused(HealthSubject subject) =>
        subject.Project.Permits.Where(permit => subject.HasHappened(permit.Refusal));

    private static ComponentResult JudgeWithoutPermits(HealthSubject subject)
    {
        if (subject.StageReached == Stage.Operating)
            return ComponentResult.NotApplicable("It operates, and no permit is recorded.");
        return subject.Project.Kinds.Any(kind => kind is ProjectKind.Mining or ProjectKind.Refining or ProjectKind.Recycling or ProjectKind.Magnet)
            ? ComponentResult.Unknown("No permit is recorded.")
            : ComponentResult.NotApplicable("Such a programme needs no permit, and none is recorded.");
    }

    private static decimal ElapsedMonths(HealthSubject subject, PermitFacts permit) =>
        Months.Between(permit.Application!.Value.FirstDay, subject.AsOf);

    /// <summary>0: not known.</summary>
    private static int LimitMonths(HealthSubject subject, PermitFacts permit) => permit switch
    {
        { LimitMonths: > 0 } => permit.LimitMonths,
        { Activity: PermitActivity.Extraction } when subject.Project.IsEuStrategic => subject.Rules.EuExtractionLimitMonths,
        { Activity: PermitActivity.Processing or PermitActivity.Recycling } when subject.Project.IsEuStrategic => subject.Rules.EuProcessingLimitMonths,
        _ => 0,
    };
}
