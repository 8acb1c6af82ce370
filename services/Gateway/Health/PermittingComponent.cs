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
        if (FirstRefused(subject) is { } refused)
            return ComponentResult.Scored(0, () => $"Permit “{refused.DisplayName}” was refused on {refused.Refusal}.");

        var (openCount, untimedCount) = (0, 0);
        (PermitFacts? Permit, decimal PartOfLimit) worst = default;
        foreach (var permit in permits)
        {
            if (subject.HasHappened(permit.Grant))
                continue;
            openCount++;
            if (!subject.HasHappened(permit.Application) || LimitMonths(subject, permit) == 0)
                untimedCount++;
            else if (ElapsedMonths(subject, permit) / LimitMonths(subject, permit) is var part && (worst.Permit is null || part > worst.PartOfLimit))
                worst = (permit, part);
        }

        if (openCount == 0)
            return ComponentResult.Scored(1, () => $"All permits are granted: {permits.Length}.");
        if (worst.Permit is not { } longest)
            return ComponentResult.Unknown(() => $"{Words.Count(untimedCount, "open permit")} without a date of application or a legal time limit.");
        return ComponentResult.Scored(
            1 - worst.PartOfLimit,
            () => $"Permit “{longest.DisplayName}” has been open for {Words.Months(ElapsedMonths(subject, longest))} of the {LimitMonths(subject, longest)} that the law allows."
            + (untimedCount > 0 ? $" Not in it: {Words.Count(untimedCount, "open permit")} without a date of application or a legal time limit." : ""));
    }

    /// <summary>Permits that are refused at the date.</summary>
    public static IEnumerable<PermitFacts> Refused(HealthSubject subject) =>
        subject.Project.Permits.Where(permit => subject.HasHappened(permit.Refusal));

    /// <summary>The first of these; null if there is none.</summary>
    public static PermitFacts? FirstRefused(HealthSubject subject)
    {
        foreach (var permit in subject.Project.Permits)
        {
            if (subject.HasHappened(permit.Refusal))
                return permit;
        }

        return null;
    }

    private static ComponentResult JudgeWithoutPermits(HealthSubject subject)
    {
        if (subject.StageReached == Stage.Operating)
            return ComponentResult.NotApplicable(() => "It operates, and no permit is recorded.");
        return subject.Project.Kinds.Any(kind => kind is ProjectKind.Mining or ProjectKind.Refining or ProjectKind.Recycling or ProjectKind.Magnet)
            ? ComponentResult.Unknown(() => "No permit is recorded.")
            : ComponentResult.NotApplicable(() => "Such a programme needs no permit, and none is recorded.");
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
