using System.Globalization;
using System.Numerics;
using Google.Type;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Simulation.Model.Reading;
using Decimal = Google.Type.Decimal;

namespace Mining.Simulation.Model.Figures;

/// <summary>A score of a component, or the reason for its absence.</summary>
internal readonly record struct ComponentScore(HealthComponentState State, decimal Value)
{
    public static readonly ComponentScore Unknown = new(HealthComponentState.Unknown, 0);

    public static readonly ComponentScore NotApplicable = new(HealthComponentState.NotApplicable, 0);

    /// <summary>A fraction from 0 to 1, as 0 to 100.</summary>
    public static ComponentScore Of(decimal part) => new(HealthComponentState.Scored, 100 * Math.Clamp(part, 0, 1));
}

/// <summary>A project at a date: its schedule, permits and reports, everything that does not depend on money.</summary>
internal sealed class ProjectAtDate(Project project, DateOnly asOf)
{
    private const decimal DaysPerMonth = 30.4375m;

    public Stage Stage { get; } = project.StageHistory.Count == 0
        ? project.Stage
        : project.StageHistory.LastOrDefault(change => change.EffectiveDate.Beginning() <= asOf)?.Stage ?? Stage.Unspecified;

    /// <summary>The stage, or the stage before the suspension.</summary>
    public Stage StageReached => Stage != Stage.Suspended
        ? Stage
        : project.StageHistory.LastOrDefault(change => change.EffectiveDate.Beginning() <= asOf && change.Stage != Stage.Suspended)?.Stage
            ?? Stage.Unspecified;

    public bool IsOver => Stage is Stage.Cancelled or Stage.Closed;

    public Money? CapitalCost => project.CapitalCostHistory.Count == 0
        ? project.CapitalCost
        : project.CapitalCostHistory.LastOrDefault(estimate => estimate.EffectiveDate.Beginning() <= asOf)?.CapitalCost;

    public int RefusedPermitCount => project.Permits.Count(permit => HasHappened(permit.RefusalDate));

    /// <summary>The part of the capital cost that must be committed, in parts per million. Null: the stage is unknown.</summary>
    public int? NeededPpm => StageReached switch
    {
        Stage.Exploration => 20_000,
        Stage.Scoping => 30_000,
        Stage.PreFeasibility => 50_000,
        Stage.Feasibility => 100_000,
        Stage.Permitting => 150_000,
        Stage.Financing => 600_000,
        Stage.Construction or Stage.Commissioning or Stage.Operating => 1_000_000,
        _ => null,
    };

    /// <summary>The slip of the next open milestone, or of first production: 24 months or more score 0.</summary>
    public ComponentScore Schedule()
    {
        var next = project.Milestones.Where(milestone => !HasHappened(milestone.ActualDate))
            .OrderBy(milestone => milestone.BaselineDate.FirstDay())
            .ThenBy(milestone => milestone.MilestoneId, StringComparer.Ordinal)
            .FirstOrDefault();
        if (next is not null)
            return Slip(next.ForecastDate ?? next.BaselineDate, next.BaselineDate);
        if (StageReached == Stage.Operating)
            return ComponentScore.NotApplicable;
        var (planned, baseline) = (project.PlannedFirstProduction, project.BaselineFirstProduction);
        if ((planned ?? baseline) is not { } first)
        {
            return project.Kinds.All(kind => kind is ProjectKind.Research or ProjectKind.Substitution)
                ? ComponentScore.NotApplicable
                : ComponentScore.Unknown;
        }

        return Slip(first, baseline ?? first);
    }

    /// <summary>The worst open permit compared with its statutory limit.</summary>
    public ComponentScore Permitting()
    {
        if (project.Permits.Count == 0)
        {
            return StageReached != Stage.Operating
                && project.Kinds.Any(kind => kind is ProjectKind.Mining or ProjectKind.Refining or ProjectKind.Recycling or ProjectKind.Magnet)
                    ? ComponentScore.Unknown
                    : ComponentScore.NotApplicable;
        }

        if (RefusedPermitCount > 0)
            return ComponentScore.Of(0);
        var open = project.Permits.Where(permit => !HasHappened(permit.GrantDate)).ToList();
        if (open.Count == 0)
            return ComponentScore.Of(1);
        var spent = open.Where(permit => HasHappened(permit.ApplicationDate) && LimitMonths(permit) > 0)
            .Select(permit => Months(permit.ApplicationDate.FirstDay(), asOf) / LimitMonths(permit)).ToList();
        return spent.Count == 0 ? ComponentScore.Unknown : ComponentScore.Of(1 - spent.Max());
    }

    /// <summary>Days since the last report: up to 90 score 100, 365 or more score 0.</summary>
    public ComponentScore Freshness() =>
        HasHappened(project.ReportDate)
            ? ComponentScore.Of((365 - (asOf.DayNumber - project.ReportDate.FirstDay().DayNumber)) / (365m - 90))
            : ComponentScore.Unknown;

    public static Decimal TwoPlaces(decimal score) =>
        new() { Value = Math.Round(score, 2, MidpointRounding.ToEven).ToString("0.00", CultureInfo.InvariantCulture) };

    /// <summary>A quotient of whole numbers of any size, as a decimal; capped at 1.</summary>
    public static decimal AtMostOne(BigInteger part, BigInteger whole)
    {
        if (part >= whole)
            return 1;
        // In lowest terms the quotient has full decimal precision: a score of exactly 50 or 75 must not come out slightly less.
        var common = BigInteger.GreatestCommonDivisor(part, whole);
        var excess = common * ((whole / common / BigInteger.Pow(10, 28)) + 1);
        return (decimal)(part / excess) / (decimal)(whole / excess);
    }

    /// <summary>An undated event is not known to have happened.</summary>
    private bool HasHappened(Date? date) => date is not null && date.FirstDay() <= asOf;

    private ComponentScore Slip(Date planned, Date baseline)
    {
        var expected = planned.FirstDay() < asOf ? asOf : planned.FirstDay();
        return ComponentScore.Of(1 - (Months(baseline.FirstDay(), expected) / 24));
    }

    private int LimitMonths(Permit permit) =>
        permit.StatutoryLimitMonths > 0 ? permit.StatutoryLimitMonths
        : !project.Designations.Contains(Designation.EuStrategic) ? 0
        : permit.Activity == PermitActivity.Extraction ? 27
        : permit.Activity is PermitActivity.Processing or PermitActivity.Recycling ? 15
        : 0;

    private static decimal Months(DateOnly from, DateOnly to) => (to.DayNumber - from.DayNumber) / DaysPerMonth;
}
