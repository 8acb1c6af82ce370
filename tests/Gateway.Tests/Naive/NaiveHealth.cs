using Mining.Projects.V1;

namespace Mining.Gateway.Tests.Naive;

internal sealed partial class NaivePortfolio
{
    private const decimal DaysPerMonth = 30.4375m;

    private sealed record Status(
        string Project, Stage Stage, decimal? Score, string Band, int Unknown, string Components, int Flags, decimal? Cost, decimal Committed, bool Joint)
    {
        public decimal? Gap => Cost is null ? null : Math.Max(0, Cost.Value - Committed);

        public bool IsOver => Stage is Stage.Cancelled or Stage.Closed;
    }

    private Stage StageOf(Project project) => project.StageHistory.Count == 0
        ? project.Stage
        : project.StageHistory.LastOrDefault(change => Happened(change.EffectiveDate))?.Stage ?? Stage.Unspecified;

    private Stage StageReached(Project project) => StageOf(project) != Stage.Suspended
        ? StageOf(project)
        : project.StageHistory.LastOrDefault(change => Happened(change.EffectiveDate) && change.Stage != Stage.Suspended)?.Stage ?? Stage.Unspecified;

    private Google.Type.Money? CapitalCostOf(Project project) => project.CapitalCostHistory.Count == 0
        ? project.CapitalCost
        : project.CapitalCostHistory.LastOrDefault(estimate => Happened(estimate.EffectiveDate))?.CapitalCost;

    private List<Status> Statuses() => [.. projects.Values.OrderBy(project => project.Name, StringComparer.Ordinal).Select(StandingOf)];

    private Status StandingOf(Project project)
    {
        var stage = StageOf(project);
        var cost = CapitalCostOf(project) is { } money ? Rounded(Convert(Major(money), money.CurrencyCode, currency)) : (decimal?)null;
        var committed = Total(FundedOf("COMMITTED", project.Name), "COMMITTED");
        var joint = IsJoint(project.Name, "COMMITTED");
        if (stage is Stage.Cancelled or Stage.Closed)
            return new Status(project.Name, stage, null, "NOT_SCORED", 0, "-,-,-,-,-,-", 0, cost, committed, joint);

        (int Weight, object Score)[] components =
        [
            (30, Funding(project)), (25, Schedule(project)), (15, Permitting(project)), (15, Refining(project)), (10, Balance(project)), (5, Freshness(project)),
        ];
        var scored = components.Where(component => component.Score is decimal).ToList();
        var score = scored.Count == 0 ? (decimal?)null : scored.Sum(one => one.Weight * (decimal)one.Score) / scored.Sum(one => one.Weight);
        var breaching = commitments.Where(commitment => commitment.Project == project.Name && Counts(commitment, "PLEDGED"))
            .Select(commitment => investors[commitment.Investor]).Where(Breaches).Distinct().Count();
        var flags = project.Permits.Count(permit => IsKnownToHaveHappened(permit.RefusalDate)) + (stage == Stage.Suspended ? 1 : 0) + breaching;
        var band = flags > 0 ? "RED" : score is null ? "UNKNOWN" : score >= 75 ? "GREEN" : score >= 50 ? "AMBER" : "RED";
        return new Status(
            project.Name, stage, score, band, components.Count(component => component.Score is "?"),
            string.Join(",", components.Select(component => component.Score is decimal value ? TwoPlaces(value) : component.Score)),
            flags, cost, committed, joint);
    }

    private static string TwoPlaces(decimal score) => Math.Round(score, 2, MidpointRounding.ToEven).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);

    private static decimal Score(decimal part) => 100 * Math.Min(1, Math.Max(0, part));

    private object Funding(Project project)
    {
        decimal? need = StageReached(project) switch
        {
            Stage.Exploration => .02m,
            Stage.Scoping => .03m,
            Stage.PreFeasibility => .05m,
            Stage.Feasibility => .10m,
            Stage.Permitting => .15m,
            Stage.Financing => .60m,
            Stage.Construction or Stage.Commissioning or Stage.Operating => 1,
            _ => null,
        };
        if (need is null || CapitalCostOf(project) is not { } cost)
            return "?";
        var committed = FundedOf("COMMITTED", project.Name).Where(commitment => AmountOf(commitment, "COMMITTED") is not null)
            .GroupBy(commitment => commitment.CurrencyCode).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Sum(group => Convert(group.Sum(commitment => AmountOf(commitment, "COMMITTED")!.Value), group.Key, cost.CurrencyCode));
        return Score(committed / (Major(cost) * need.Value));
    }

    private object Schedule(Project project)
    {
        var open = project.Milestones.Where(milestone => !IsKnownToHaveHappened(milestone.ActualDate)).ToList();
        if (open.Count > 0)
        {
            var next = open.OrderBy(milestone => FirstDay(milestone.BaselineDate)).ThenBy(milestone => milestone.MilestoneId, StringComparer.Ordinal).First();
            return Slip(FirstDay(next.ForecastDate ?? next.BaselineDate), FirstDay(next.BaselineDate));
        }

        if (StageReached(project) == Stage.Operating)
            return "-";
        if (project.PlannedFirstProduction is null && project.BaselineFirstProduction is null)
            return project.Kinds.All(kind => kind is ProjectKind.Research or ProjectKind.Substitution) ? "-" : "?";
        return Slip(
            FirstDay((project.PlannedFirstProduction ?? project.BaselineFirstProduction)!),
            FirstDay((project.BaselineFirstProduction ?? project.PlannedFirstProduction)!));
    }

    private decimal Slip(DateOnly planned, DateOnly baseline)
    {
        var expected = planned < asOf ? asOf : planned;
        return Score(1 - (expected.DayNumber - baseline.DayNumber) / DaysPerMonth / 24);
    }

    private object Permitting(Project project)
    {
        if (project.Permits.Count == 0)
        {
            return StageReached(project) != Stage.Operating
                && project.Kinds.Any(kind => kind is ProjectKind.Mining or ProjectKind.Refining or ProjectKind.Recycling or ProjectKind.Magnet) ? "?" : "-";
        }

        if (project.Permits.Any(permit => IsKnownToHaveHappened(permit.RefusalDate)))
            return 0m;
        var open = project.Permits.Where(permit => !IsKnownToHaveHappened(permit.GrantDate)).ToList();
        if (open.Count == 0)
            return 100m;
        var ratios = open.Where(permit => IsKnownToHaveHappened(permit.ApplicationDate) && Limit(permit) > 0)
            .Select(permit => (asOf.DayNumber - FirstDay(permit.ApplicationDate).DayNumber) / DaysPerMonth / Limit(permit)).ToList();
        return ratios.Count == 0 ? "?" : Score(1 - ratios.Max());

        int Limit(Permit permit) =>
            permit.StatutoryLimitMonths > 0 ? permit.StatutoryLimitMonths
            : !project.Designations.Contains(Designation.EuStrategic) ? 0
            : permit.Activity == PermitActivity.Extraction ? 27
            : permit.Activity is PermitActivity.Processing or PermitActivity.Recycling ? 15 : 0;
    }

    private object Refining(Project project)
    {
        if (!project.Kinds.Contains(ProjectKind.Mining) || project.Kinds.Contains(ProjectKind.Refining))
            return "-";
        var outputs = project.Outputs.Where(output => output.Mineral != "" && output.TonnesPerYear is not null).GroupBy(output => output.Mineral)
            .Select(group => (Mineral: group.Key, Tonnes: group.Sum(output => Tonnes(output.TonnesPerYear)))).Where(output => output.Tonnes > 0).ToList();
        if (outputs.Count == 0 || project.PlannedFirstProduction is null)
            return "?";
        var start = FirstDay(project.PlannedFirstProduction);
        var year = start.DayOfYear == 1 ? start.Year : start.Year + 1;
        return Score(outputs.Min(output => Reserved(output.Mineral) / output.Tonnes));

        decimal Reserved(string mineral) => reservations
            .Where(reservation => reservation.Project == project.Name && reservation.Mineral == mineral)
            .Where(reservation => reservation.FromYear <= year && year <= reservation.ToYear)
            .Where(reservation => Happened(reservation.ReservationDate) && !(reservation.Released && Happened(reservation.ReleaseDate)))
            .Where(reservation => facilities.TryGetValue(reservation.Facility, out var facility) && PartyOf(facility.Country) != "OUTSIDE")
            .Sum(reservation => Tonnes(reservation.TonnesPerYear));
    }

    private object Balance(Project project)
    {
        var funded = FundedOf("COMMITTED", project.Name);
        if (!IsJoint(project.Name, "COMMITTED") || SharesPpm(funded, "COMMITTED") is not { } shares)
            return "-";
        var distance = parties.Sum(party => Math.Abs(
            shares[party] - (partnership.Sides.FirstOrDefault(side => side.SideId == party)?.TargetSharePpm ?? 0))) / 2m;
        return Score(Math.Max(0, 1 - distance / (1_000_000 - partnership.Sides.Min(side => side.TargetSharePpm))));
    }

    private object Freshness(Project project)
    {
        if (project.ReportDate is null || FirstDay(project.ReportDate) > asOf)
            return "?";
        var days = asOf.DayNumber - FirstDay(project.ReportDate).DayNumber;
        return days <= 90 ? 100m : days >= 365 ? 0m : 100m * (365 - days) / (365 - 90);
    }

    private static decimal Tonnes(Google.Type.Decimal tonnes) => decimal.Parse(tonnes.Value, System.Globalization.CultureInfo.InvariantCulture);
}
