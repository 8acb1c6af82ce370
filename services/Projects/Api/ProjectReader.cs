using Mining.Platform.Authorization;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Projects.Domain;
using Wire = Mining.Projects.V1;

namespace Mining.Projects.Api;

/// <summary>Reads a project from the wire. Errors go to the violations; the parts with business rules go to the domain.</summary>
public static class ProjectReader
{
    private const int MaxNameLength = 200;
    private const int MaxProductLength = 300;
    private const int MaxMinerals = 50;
    private const int MaxOutputs = 100;
    private const int MaxLimitMonths = 600;

    /// <summary>Validates the fields that a caller may set.</summary>
    public static void Check(Wire.Project project, string path, Violations violations)
    {
        violations.CheckText($"{path}.display_name", project.DisplayName, MaxNameLength, required: true);
        violations.CheckText($"{path}.operator", project.Operator, MaxNameLength);
        if (project.Kinds.Count == 0)
            violations.Add($"{path}.kinds", "must name at least one kind.");
        violations.CheckDistinct($"{path}.kinds", project.Kinds);
        for (var i = 0; i < project.Kinds.Count; i++)
            violations.CheckEnum($"{path}.kinds[{i}]", project.Kinds[i], required: true);
        violations.CheckCountry($"{path}.country", project.Country);
        CheckLocation(project.Location, $"{path}.location", violations);
        violations.CheckCount($"{path}.minerals", project.Minerals.Count, MaxMinerals);
        violations.CheckDistinct($"{path}.minerals", project.Minerals);
        for (var i = 0; i < project.Minerals.Count; i++)
            violations.CheckMineral($"{path}.minerals[{i}]", project.Minerals[i]);
        violations.CheckEnum($"{path}.stage", project.Stage);
        violations.ReadMoney($"{path}.capital_cost", project.CapitalCost, positive: true);
        CheckOutputs(project, path, violations);
        violations.ReadDate($"{path}.planned_first_production", project.PlannedFirstProduction);
        violations.ReadDate($"{path}.baseline_first_production", project.BaselineFirstProduction);
        violations.ReadDate($"{path}.report_date", project.ReportDate);
        violations.CheckDistinct($"{path}.designations", project.Designations);
        for (var i = 0; i < project.Designations.Count; i++)
            violations.CheckEnum($"{path}.designations[{i}]", project.Designations[i], required: true);
        violations.CheckSources($"{path}.sources", project.Sources);
        violations.CheckParties($"{path}.parties", project.Parties);
    }

    /// <summary>Reads a milestone.</summary>
    public static MilestoneEntry? ReadMilestone(Wire.Milestone milestone, Violations violations)
    {
        const string path = "milestone";
        ResourceNames.Projects.ReadId($"{path}.milestone_id", milestone.MilestoneId, violations);
        violations.CheckText($"{path}.display_name", milestone.DisplayName, MaxNameLength, required: true);
        var baseline = violations.ReadDate($"{path}.baseline_date", milestone.BaselineDate, required: true);
        var forecast = violations.ReadDate($"{path}.forecast_date", milestone.ForecastDate);
        var actual = violations.ReadDate($"{path}.actual_date", milestone.ActualDate);
        return baseline is { } baselineDate
            ? new MilestoneEntry(milestone.MilestoneId, milestone.DisplayName, baselineDate, forecast, actual)
            : null;
    }

    /// <summary>Checks a permit.</summary>
    public static void CheckPermit(Wire.Permit permit, Violations violations)
    {
        const string path = "permit";
        ResourceNames.Projects.ReadId($"{path}.permit_id", permit.PermitId, violations);
        violations.CheckText($"{path}.display_name", permit.DisplayName, MaxNameLength, required: true);
        violations.CheckText($"{path}.authority", permit.Authority, MaxNameLength);
        violations.CheckEnum($"{path}.activity", permit.Activity, required: true);
        var applied = violations.ReadDate($"{path}.application_date", permit.ApplicationDate);
        var granted = violations.ReadDate($"{path}.grant_date", permit.GrantDate);
        var refused = violations.ReadDate($"{path}.refusal_date", permit.RefusalDate);
        if (permit.GrantDate is not null && permit.RefusalDate is not null)
            violations.Add($"{path}.refusal_date", "must not be given together with grant_date.");
        CheckOrder($"{path}.grant_date", granted, applied, violations);
        CheckOrder($"{path}.refusal_date", refused, applied, violations);
        if (permit.StatutoryLimitMonths is < 0 or > MaxLimitMonths)
            violations.Add($"{path}.statutory_limit_months", $"is {permit.StatutoryLimitMonths}; it must be 1 to {MaxLimitMonths}, or 0 if unknown.");
    }

    /// <summary>Converts the part of a stored project that has business rules.</summary>
    public static Project ToDomain(Wire.Project project) => new(
        project.Name,
        [.. project.StageHistory.Select(entry => new StageEntry(entry.Stage, Date(entry.EffectiveDate), entry.Reason))],
        [.. project.CapitalCostHistory.Select(entry => new CostEntry(Money(entry.CapitalCost), Date(entry.EffectiveDate)))],
        Date(project.BaselineFirstProduction),
        [.. project.Milestones.Select(entry => new MilestoneEntry(
            entry.MilestoneId, entry.DisplayName, Date(entry.BaselineDate)!.Value, Date(entry.ForecastDate), Date(entry.ActualDate)))]);

    private static void CheckLocation(Google.Type.LatLng? location, string path, Violations violations)
    {
        if (location is null)
            return;
        if (!(location.Latitude is >= -90 and <= 90))
            violations.Add($"{path}.latitude", "must be -90 to 90 degrees.");
        if (!(location.Longitude is >= -180 and <= 180))
            violations.Add($"{path}.longitude", "must be -180 to 180 degrees.");
    }

    private static void CheckOutputs(Wire.Project project, string path, Violations violations)
    {
        violations.CheckCount($"{path}.outputs", project.Outputs.Count, MaxOutputs);
        for (var i = 0; i < project.Outputs.Count; i++)
        {
            var (output, at) = (project.Outputs[i], $"{path}.outputs[{i}]");
            if (output.Mineral.Length > 0)
            {
                violations.CheckMineral($"{at}.mineral", output.Mineral);
                if (!project.Minerals.Contains(output.Mineral))
                    violations.Add($"{at}.mineral", "is not among the project's minerals.");
            }

            violations.CheckText($"{at}.product", output.Product, MaxProductLength);
            violations.ReadTonnage($"{at}.tonnes_per_year", output.TonnesPerYear);
            violations.CheckText($"{at}.basis", output.Basis, MaxProductLength);
        }
    }

    private static void CheckOrder(string field, PartialDate? later, PartialDate? earlier, Violations violations)
    {
        if (later is { } end && earlier is { } begin && end.LastDay < begin.FirstDay)
            violations.Add(field, $"is {end}; it must not be before the application, {begin}.");
    }

    private static PartialDate? Date(Google.Type.Date? date) => date is not null && PartialDate.TryRead(date, out var value, out _) ? value : null;

    private static Amount? Money(Google.Type.Money? money) => money is not null && Amount.TryRead(money, out var amount, out _) ? amount : null;
}
