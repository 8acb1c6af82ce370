using Mining.Gateway.Facts;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>The worst open permit: months since its application relative to the statutory time limit. A refused permit scores 0.</summary>
internal static class PermittingComponent
{
    public static ComponentResult Evaluate(HealthSubject subject)
    {
        if (subject.Project.Permits.Length == 0)
            return EvaluateWithoutPermits(subject);
        if (FirstRefused(subject) is not null)
            return ComponentResult.Scored(0, static of => $"Permit “{FirstRefused(of)!.DisplayName}” was refused on {FirstRefused(of)!.Refusal}.");

        var open = Open.Of(subject);
        if (open.Count == 0)
            return ComponentResult.Scored(1, static of => $"All permits are granted: {of.Project.Permits.Length}.");
        return open.Longest is null
            ? ComponentResult.Unknown(static of => $"{DisplayText.Count(Open.Of(of).UntimedCount, "open permit")} without an application date or a statutory time limit.")
            : ComponentResult.Scored(1 - open.PartOfLimit, Reason);
    }

    private static string Reason(HealthSubject subject)
    {
        var (_, untimedCount, longest, _) = Open.Of(subject);
        return $"Permit “{longest!.DisplayName}” has been open for {DisplayText.Months(ElapsedMonths(subject, longest))} of the {LimitMonths(subject, longest)} allowed by law."
            + (untimedCount > 0 ? $" Not included: {DisplayText.Count(untimedCount, "open permit")} without an application date or a statutory time limit." : "");
    }

    /// <summary>Permits refused on or before the date.</summary>
    public static IEnumerable<PermitFacts> Refused(HealthSubject subject) =>
        subject.Project.Permits.Where(permit => subject.HasHappened(permit.Refusal));

    /// <summary>The first refused permit, or null.</summary>
    public static PermitFacts? FirstRefused(HealthSubject subject)
    {
        foreach (var permit in subject.Project.Permits)
        {
            if (subject.HasHappened(permit.Refusal))
                return permit;
        }

        return null;
    }

    private static ComponentResult EvaluateWithoutPermits(HealthSubject subject)
    {
        if (subject.StageReached == Stage.Operating)
            return ComponentResult.NotApplicable(static _ => "The project operates, and no permit is recorded.");
        return subject.Project.Kinds.Any(kind => kind is ProjectKind.Mining or ProjectKind.Refining or ProjectKind.Recycling or ProjectKind.Magnet)
            ? ComponentResult.Unknown(static _ => "No permit is recorded.")
            : ComponentResult.NotApplicable(static _ => "A programme of this kind needs no permit, and none is recorded.");
    }

    private static decimal ElapsedMonths(HealthSubject subject, PermitFacts permit) =>
        Months.Between(permit.Application!.Value.FirstDay, subject.AsOf);

    /// <summary>The limit in months; 0 if unknown.</summary>
    private static int LimitMonths(HealthSubject subject, PermitFacts permit) => permit switch
    {
        { LimitMonths: > 0 } => permit.LimitMonths,
        { Activity: PermitActivity.Extraction } when subject.Project.IsEuStrategic => subject.Rules.EuExtractionLimitMonths,
        { Activity: PermitActivity.Processing or PermitActivity.Recycling } when subject.Project.IsEuStrategic => subject.Rules.EuProcessingLimitMonths,
        _ => 0,
    };

    /// <param name="Count">Permits that are not granted.</param>
    /// <param name="UntimedCount">Those of them without an application date or a limit.</param>
    /// <param name="Longest">The permit that has used the largest part of its limit; null if none has an application and a limit.</param>
    private readonly record struct Open(int Count, int UntimedCount, PermitFacts? Longest, decimal PartOfLimit)
    {
        public static Open Of(HealthSubject subject)
        {
            var open = default(Open);
            foreach (var permit in subject.Project.Permits)
            {
                if (subject.HasHappened(permit.Grant))
                    continue;
                open = open with { Count = open.Count + 1 };
                if (!subject.HasHappened(permit.Application) || LimitMonths(subject, permit) == 0)
                    open = open with { UntimedCount = open.UntimedCount + 1 };
                else if (ElapsedMonths(subject, permit) / LimitMonths(subject, permit) is var part && (open.Longest is null || part > open.PartOfLimit))
                    open = open with { Longest = permit, PartOfLimit = part };
            }

            return open;
        }
    }
}
